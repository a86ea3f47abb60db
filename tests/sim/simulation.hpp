// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "fec/block_codec.hpp"
#include "protocol/receiver.hpp"
#include "protocol/sender.hpp"

namespace mcast::sim {

/// A way through the network, one direction.
struct Path {
    double loss = 0;  ///< independent, per packet
    Duration delay = std::chrono::microseconds(100);
    Duration jitter{};  ///< uniform on top of the delay: more than a packet's time reorders
    double duplicate = 0;
    double corrupt = 0;  ///< a byte is changed (as if UDP's checksum had missed it)
};

struct Scenario {
    ByteCount size = 100'000;
    std::uint16_t segment = 1000;
    std::uint16_t block = 64;
    std::uint16_t parity = 64;
    wire::FecId fec_id = wire::FecId::rs8;
    std::uint32_t chunk = 64 << 10;
    std::size_t receivers = 1;
    Path down;                                     ///< to each receiver
    Path up;                                       ///< from each receiver
    DataRate link = DataRate::bits_per_second(0);  ///< of the sender's interface; 0: no limit
    ByteCount queue = 256 << 10;                   ///< before it
    std::optional<DataRate> rate = DataRate::bits_per_second(100e6);
    double proactive = 0;
    std::uint32_t begin_with = 0;  ///< 0: all receivers
    bool content = true;           ///< false: zeros are sent, nothing is stored or decoded
    std::optional<ByteCount> window;
    Duration progress_limit = std::chrono::seconds(30);
    std::optional<Duration> waiting_limit;
    std::uint64_t seed = 1;
};

/// One sender, N receivers, a network with a clock of its own, everything from one seed. Storage is
/// a vector in memory; digests are a toy hash, so that a corrupted byte is noticed.
class Simulation {
  public:
    explicit Simulation(Scenario scenario);
    ~Simulation();

    struct Peer {
        std::unique_ptr<protocol::Receiver> core;
        std::vector<std::uint8_t> content;
        std::vector<std::vector<std::uint8_t>> parity;  // of the block index * parity + symbol
        std::optional<Error> error;
        bool ended = false;
        bool silent = false;  ///< as if it had been killed
        bool deaf = false;    ///< gets nothing
        Time started{};       ///< joins then
        Time done{};
        double loss = -1;  ///< own loss; below 0: the scenario's
        Duration slow_disk{};
        std::size_t finals = 0;  ///< `ended` events
    };

    /// Runs until all ended (true), or `limit` of simulated time has passed.
    bool run(Duration limit = std::chrono::seconds(120));
    bool run_until(const std::function<bool()>& condition,
                   Duration limit = std::chrono::seconds(120));

    /// Every receiver ended without error and holds the sender's content; else says what is wrong.
    [[nodiscard]] std::string verdict() const;

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] Duration elapsed() const { return now_ - begin_; }
    [[nodiscard]] protocol::Sender& sender() { return *sender_; }
    [[nodiscard]] std::vector<Peer>& receivers() { return peers_; }
    [[nodiscard]] Peer& add_receiver(Duration after);
    void kill_sender() { sender_dead_ = true; }
    /// Changes one byte of what receiver `i` stored of the source, once, at `offset`.
    void spoil(std::size_t i, ByteCount offset);

    [[nodiscard]] std::optional<Error> sender_error() const { return sender_error_; }
    [[nodiscard]] bool sender_ended() const { return sender_ended_; }
    [[nodiscard]] std::size_t sender_finals() const { return sender_finals_; }
    struct Totals {
        std::uint64_t down_packets = 0;
        std::uint64_t down_bytes = 0;
        std::uint64_t data_packets = 0;
        std::uint64_t up_packets = 0;
        std::uint64_t up_bytes = 0;
        std::uint64_t queue_drops = 0;
    };
    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] std::uint64_t trace_hash() const { return trace_; }
    [[nodiscard]] const Scenario& scenario() const { return scenario_; }

  private:
    using Packet = std::shared_ptr<const std::vector<std::uint8_t>>;
    enum class Kind : std::uint8_t {
        to_group,
        to_receiver,
        to_sender,
        wake_sender,
        wake_receiver,
        verdict
    };
    struct Event {
        Time at;
        std::uint64_t order;
        Kind kind;
        std::size_t index;
        std::uint32_t number;
        Packet packet;
    };
    struct Later {
        bool operator()(const Event& a, const Event& b) const {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };

    void post(Time at, Kind kind, std::size_t index = 0, Packet packet = {},
              std::uint32_t number = 0);
    void step(const Event& event);
    void drive_sender();
    void drive_receiver(std::size_t i);
    void send_down(std::vector<std::uint8_t> bytes, bool data);
    void send_up(std::size_t i, Bytes bytes);
    void deliver(std::size_t i, const Packet& packet, const Path& path);
    void place(Peer& peer, const protocol::Placement& placement);
    void obey(std::size_t i, Peer& peer, const protocol::Order& order);
    void decode(Peer& peer, const protocol::Order& order);
    void render(const protocol::Transmit& run);
    [[nodiscard]] std::vector<std::uint8_t> chunk_digest(Bytes content) const;
    [[nodiscard]] std::vector<std::uint8_t> parity_symbol(std::uint32_t block, std::uint16_t j);
    [[nodiscard]] Bytes chunk_of(const std::vector<std::uint8_t>& content, std::uint32_t c) const;

    Scenario scenario_;
    Rng rng_;
    Time begin_;
    Time now_;
    fec::BlockPartition partition_;
    fec::BlockCodec codec_;
    std::vector<std::uint8_t> source_;
    std::unique_ptr<protocol::Sender> sender_;
    std::vector<Peer> peers_;
    std::priority_queue<Event, std::vector<Event>, Later> events_;
    std::uint64_t order_ = 0;
    Time sender_wake_ = kNever;
    std::vector<Time> receiver_wake_;
    Time link_free_{};
    bool sender_dead_ = false;
    bool sender_ended_ = false;
    std::size_t sender_finals_ = 0;
    std::optional<Error> sender_error_;
    std::optional<std::pair<std::size_t, ByteCount>> spoil_;
    Totals totals_;
    std::uint64_t trace_ = 0;
    protocol::Transmit transmit_;
};

}  // namespace mcast::sim
