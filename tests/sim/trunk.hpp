// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "protocol/send/sender.hpp"
#include "sim/content.hpp"
#include "sim/link.hpp"
#include "sim/node.hpp"
#include "sim/producer.hpp"
#include "sim/recording.hpp"
#include "sim/tcp_flow.hpp"

namespace mcast::sim {

struct Totals {
    std::uint64_t down_packets = 0;
    std::uint64_t down_bytes = 0;
    std::uint64_t data_packets = 0;
    std::uint64_t up_packets = 0;  ///< that reached the sender
    std::uint64_t up_bytes = 0;
    std::uint64_t up_bytes_fixed = 0;    ///< of these joins and final reports
    std::uint64_t up_bytes_running = 0;  ///< since data flows, with IP and UDP headers
    std::uint64_t most_up_packets = 0;   ///< in any 10 ms
    std::uint64_t queue_drops = 0;
};

/// The sender, its link and who shares it. It takes feedback and gives packets, both in the order
/// of time.
class Trunk {
  public:
    Trunk(const Scenario& scenario, const Content& content, Time begin, Rng& rng);

    /// Everything that happens before `until`.
    void run(Time until);
    /// What was done to the core from outside.
    void poke(Time now);
    [[nodiscard]] Time next() const;
    /// Feedback on its way, from node `index`.
    void post(std::size_t index, Feedback feedback);

    [[nodiscard]] protocol::Sender& core() { return *core_; }
    /// Packets by the time they reach the receivers; the simulation takes them off the front.
    [[nodiscard]] std::deque<Packet>& packets() { return packets_; }
    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] std::uint64_t trace() const { return trace_; }
    [[nodiscard]] const Recording& recording() const { return recording_; }
    /// What all TCP flows got.
    [[nodiscard]] ByteCount tcp_delivered() const;
    [[nodiscard]] Duration queueing() const { return link_.queueing(now_); }
    [[nodiscard]] DataRate link_rate() { return link_.rate_at(now_); }
    /// When the last packet of the first pass left.
    [[nodiscard]] std::optional<Time> last_data() const { return last_data_; }

    bool dead = false;
    bool ended = false;
    std::size_t finals = 0;
    std::optional<protocol::SessionError> error;
    Time ended_at{};
    std::optional<Time> started_at;

  private:
    struct Incoming {
        Time at;
        std::size_t index;
        std::uint64_t order;
        std::vector<std::uint8_t> bytes;
    };
    struct Later {
        bool operator()(const Incoming& a, const Incoming& b) const {
            if (a.at != b.at) return a.at > b.at;
            return a.index != b.index ? a.index > b.index : a.order > b.order;
        }
    };

    void step(Time now);
    void hear(Time now, const Incoming& incoming);
    void drive(Time now);
    void scan(Time now);
    void take_events(Time now);
    void send(Time now, Datagram datagram, bool data);

    const Scenario& scenario_;
    const Content& content_;
    Time begin_;
    Time now_;
    std::unique_ptr<protocol::Sender> core_;
    Link link_;
    std::vector<TcpFlow> tcp_;
    std::priority_queue<Incoming, std::vector<Incoming>, Later> incoming_;
    std::deque<Packet> packets_;
    Time wake_;
    std::uint64_t order_ = 0;
    Totals totals_;
    Time up_since_{};
    std::uint64_t up_now_ = 0;
    std::optional<Time> last_data_;
    std::uint64_t trace_ = 0;
    Recording recording_;
    std::optional<Producer> producer_;
    protocol::Transmit transmit_;
};

}  // namespace mcast::sim
