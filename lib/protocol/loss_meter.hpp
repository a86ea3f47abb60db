// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/serial.hpp"

namespace mcast::protocol {

/// A receiver's loss by the sender's sequence numbers (RFC 5740 section 4.1: one more each INFO,
/// DATA and CMD).
class LossMeter {
  public:
    void on_packet(std::uint16_t sequence) {
        const bool first = !serial_.started();
        const std::int64_t n = serial_.unwrap(sequence);
        if (first) first_ = n;
        ++received_;
    }

    /// Packets that were sent to us since the first one heard.
    [[nodiscard]] std::uint64_t expected() const {
        return serial_.started() ? static_cast<std::uint64_t>(serial_.highest() - first_ + 1) : 0;
    }
    [[nodiscard]] std::uint64_t received() const { return received_; }
    [[nodiscard]] std::uint64_t lost() const {
        return expected() > received_ ? expected() - received_ : 0;
    }

    /// Highest sequence number heard, as on the wire.
    [[nodiscard]] std::uint16_t highest() const {
        return static_cast<std::uint16_t>(serial_.highest());
    }

    /// Loss since the last call, smoothed over about the last eight calls.
    double update() {
        const std::uint64_t sent = expected() - marked_expected_;
        const std::uint64_t got = received_ - marked_received_;
        if (sent >= 16) {
            const double part =
                got >= sent ? 0 : static_cast<double>(sent - got) / static_cast<double>(sent);
            smoothed_ += (part - smoothed_) / 8;
            marked_expected_ = expected();
            marked_received_ = received_;
        }
        return smoothed_;
    }
    [[nodiscard]] double smoothed() const { return smoothed_; }

  private:
    SerialUnwrapper<std::uint16_t> serial_;
    std::int64_t first_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t marked_expected_ = 0;
    std::uint64_t marked_received_ = 0;
    double smoothed_ = 0;
};

}  // namespace mcast::protocol
