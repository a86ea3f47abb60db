// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sim/datagram.hpp"

namespace mcast::sim {

/// The doings of a sender, exact enough to tell whether two builds behave alike: the rate whenever
/// it changed, and a hash over all packets with their times. Belongs to the trunk of a simulation.
class Recording {
  public:
    struct Change {
        Time at{};
        double bps = 0;
    };

    void on_rate(Time now, double bps) {
        if (rates_.empty() || rates_.back().bps != bps) rates_.push_back({now, bps});
    }
    void on_packet(Time now, const Datagram& packet) {
        ++packets_;
        add(static_cast<std::uint64_t>(now.time_since_epoch().count()));
        add(packet.zeros);
        for (const std::uint8_t byte : packet.bytes) add(byte);
    }

    [[nodiscard]] const std::vector<Change>& rates() const { return rates_; }
    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    [[nodiscard]] std::uint64_t hash() const { return hash_; }

  private:
    // FNV-1a of words: a difference stays, and that is all that is asked of it.
    void add(std::uint64_t word) { hash_ = std::rotl((hash_ ^ word) * 0x100000001b3, 29); }

    std::vector<Change> rates_;
    std::uint64_t packets_ = 0;
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace mcast::sim
