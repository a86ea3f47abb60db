// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "protocol/receive/receiver.hpp"
#include "sim/content.hpp"
#include "sim/datagram.hpp"
#include "sim/link.hpp"

namespace mcast::sim {

/// A packet on its way to the group: given to all receivers without being copied.
struct Packet {
    Time at;  ///< when it has left the sender's link and the common delay has passed
    std::shared_ptr<const Datagram> datagram;
};

/// A datagram on its way to the sender.
struct Feedback {
    Time at;
    std::vector<std::uint8_t> bytes;
};

/// A receiver with its own link, losses, disk and chance. Between two windows of time it depends on
/// nothing but the packets given to it, so nodes may run side by side.
class Node {
  public:
    Node(const Scenario& scenario, const Content& source, std::size_t index, Time begin,
         Time starts, std::uint64_t seed);

    std::unique_ptr<protocol::Receiver> core;
    std::vector<std::uint8_t> content;
    std::vector<std::vector<std::uint8_t>> parity;  ///< of the block index * parity + symbol
    std::optional<protocol::ReceiverError> error;
    bool ended = false;
    bool silent = false;             ///< as if it had been killed
    bool deaf = false;               ///< gets nothing
    Time started{};                  ///< appears then
    Time done{};                     ///< ended then
    Time whole{};                    ///< had all content verified then
    double loss = -1;                ///< own loss; below 0: the scenario's
    Duration slow_disk{};            ///< before each verdict
    ByteCount released = 0;          ///< it was told to pass on content below
    std::size_t finals = 0;          ///< `ended` events
    std::optional<ByteCount> spoil;  ///< flips a byte of what it stores there, once

    /// Everything that happens to it before `until`; `packets` come in during that time.
    void run(Time until, const std::deque<Packet>& packets);
    /// What was done to the core from outside.
    void poke(Time now);
    [[nodiscard]] Time next() const;
    [[nodiscard]] std::vector<Feedback>& outbox() { return outbox_; }

  private:
    struct Event {
        Time at;
        std::uint64_t order;
        std::shared_ptr<const Datagram> datagram;  // null: a verdict, or ...
        std::uint32_t chunk;
        std::optional<ByteCount> released{};  // its reader has got so far
    };
    struct Later {
        bool operator()(const Event& a, const Event& b) const {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };

    void arrive(Time now, const Packet& packet);
    void pile_up(Time until, const Packet& packet);
    void sleep(Time until);
    void transmit(Time now);
    void hear(Time now, Bytes datagram);
    void place(Time now, const protocol::Placement& placement);
    void drive(Time now);
    void take(Time now, const protocol::ReceiverEvent& event);
    void drain(Time now);
    void obey(Time now, const protocol::Order& order);
    void release(Time now, ByteCount offset);
    [[nodiscard]] bool cut_off(Time now) const;

    const Scenario& scenario_;
    const Content& source_;
    Time begin_;
    std::size_t index_;
    Rng rng_;
    LossProcess loss_process_;
    LossProcess up_loss_;
    Link link_;
    bool direct_;  // nothing can delay a packet
    std::vector<Outage> outages_;
    std::vector<Outage> pauses_;
    ByteCount piled_ = 0;      // in the socket of one that is stopped
    std::size_t delayed_ = 0;  // datagrams that wait for the end of an outage
    std::optional<Time> dies_;
    DataRate disk_;
    DataRate reader_;
    Time read_{};  // what was released until now
    ByteCount read_to_ = 0;
    std::optional<ByteCount> window_;
    double disk_backlog_ = 0;
    Time disk_drained_{};
    std::uint64_t host_drops_ = 0;
    Time wake_ = kNever;
    std::priority_queue<Event, std::vector<Event>, Later> pending_;
    std::uint64_t order_ = 0;
    std::vector<Feedback> outbox_;
};

}  // namespace mcast::sim
