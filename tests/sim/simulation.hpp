// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/node.hpp"
#include "sim/trunk.hpp"
#include "sim/workers.hpp"

namespace mcast::sim {

/// How things stood at one moment, for plots.
struct Sample {
    double seconds = 0;
    double rate_bps = 0;      ///< what the sender wants
    double sent_bps = 0;      ///< since the last sample, on the wire
    double tcp_bps = 0;       ///< delivered since the last sample
    double queue_s = 0;       ///< at the sender's link
    double feedback_bps = 0;  ///< that reached the sender since the last sample
    double slowest = 0;       ///< part of the object that the slowest receiver holds
    double fastest = 0;
};

/// One sender, N receivers, a network with a clock of its own, everything from one seed.
///
/// Time goes in windows no longer than feedback takes to reach the sender: within one the sender
/// runs first, then each receiver by itself on what the sender has sent, on as many threads as the
/// scenario says. The outcome is the same for any number of them.
class Simulation {
  public:
    using Peer = Node;
    explicit Simulation(Scenario scenario);
    ~Simulation();

    /// Runs until all ended (true), or `limit` of simulated time has passed.
    bool run(Duration limit = std::chrono::seconds(120));
    /// The condition is looked at after each window.
    bool run_until(const std::function<bool()>& condition,
                   Duration limit = std::chrono::seconds(120));

    /// Every receiver ended without error and holds the sender's content; else says what is wrong.
    [[nodiscard]] std::string verdict() const;

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] Duration elapsed() const { return now_ - begin_; }
    [[nodiscard]] Duration since_begin(Time at) const { return at - begin_; }
    [[nodiscard]] protocol::Sender& sender() { return trunk_.core(); }
    [[nodiscard]] Trunk& trunk() { return trunk_; }
    [[nodiscard]] std::deque<Node>& receivers() { return nodes_; }
    Node& add_receiver(Duration after);
    void kill_sender() { trunk_.dead = true; }
    /// Changes one byte of what receiver `i` stored of the source, once, at `offset`.
    void spoil(std::size_t i, ByteCount offset) { nodes_[i].spoil = offset; }

    [[nodiscard]] std::optional<protocol::SessionError> sender_error() const {
        return trunk_.error;
    }
    [[nodiscard]] bool sender_ended() const { return trunk_.ended; }
    [[nodiscard]] std::size_t sender_finals() const { return trunk_.finals; }
    [[nodiscard]] const Totals& totals() const { return trunk_.totals(); }
    [[nodiscard]] std::uint64_t trace_hash() const { return trunk_.trace(); }
    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }

  private:
    void poke();
    [[nodiscard]] Time next_event();
    void step(Time until);
    void sample();

    Scenario scenario_;
    Rng rng_;
    Time begin_;
    Time now_;
    Duration window_;
    Content content_;
    Trunk trunk_;
    std::deque<Node> nodes_;
    std::unique_ptr<Workers> workers_;
    std::vector<Sample> samples_;
    Totals sampled_;
    ByteCount sampled_tcp_ = 0;
    Time next_sample_ = kNever;
};

}  // namespace mcast::sim
