// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "protocol/windowed_max.hpp"

namespace mcast::protocol {

/// A receiver's loss by the sender's sequence numbers (RFC 5740 section 4.1: one more each INFO,
/// DATA and CMD).
///
/// Packets that are overtaken by others look lost until they come. So what is told, or asked for,
/// is as of a moment ago, less what has come since: of a reordering window, which is as long as
/// packets were late lately (compare RACK, RFC 8985 section 6.2). Where none are it is nothing.
class LossMeter {
  public:
    static constexpr Duration kMostWindow = std::chrono::milliseconds(10);

    /// The packets that had come by some time.
    struct Count {
        Time at{};
        std::uint64_t expected = 0;  ///< packets sent to us since the first one heard
        std::uint64_t received = 0;  ///< of these, whenever they came
        std::uint64_t host_drops = 0;
        std::uint32_t position = 0;  ///< block that new data had come to
        std::uint16_t sequence = 0;  ///< the highest one, as on the wire

        [[nodiscard]] std::uint64_t lost() const {
            return expected > received ? expected - received : 0;
        }
    };

    void on_packet(Time now, std::uint16_t sequence) {
        if (now - marked_ >= kMarkTime) mark(now);
        const std::int64_t number = number_of(sequence);
        count_.at = overtaken_at_ = now;
        ++count_.received;
        if (number <= static_cast<std::int64_t>(count_.expected)) return on_late(now, number);
        count_.expected = static_cast<std::uint64_t>(number);
        count_.sequence = sequence;
    }
    /// When the latest packet was to come: before others that have overtaken it.
    [[nodiscard]] Time overtaken_at() const { return overtaken_at_; }
    void set_host_drops(std::uint64_t datagrams) { count_.host_drops = datagrams; }
    void set_position(std::uint32_t block) { count_.position = block; }

    /// The packets that have come until now.
    [[nodiscard]] const Count& latest() const { return count_; }
    /// The packets that had come a reordering window ago, or a bit earlier.
    [[nodiscard]] const Count& settled(Time now) const;
    /// For how long packets may yet come that others have overtaken.
    [[nodiscard]] Duration window() const;

    /// Loss since the last call, smoothed over about the last eight calls.
    double update(Time now);
    [[nodiscard]] double smoothed() const { return smoothed_; }

  private:
    static constexpr Duration kMarkTime = std::chrono::microseconds(500);
    static constexpr std::size_t kMarks = 32;
    static constexpr std::uint16_t kMostAhead = 1 << 15;
    static constexpr std::int64_t kMostLate = 1 << 13;  // packets, or as many as a window has

    /// Since the first one, which is 1.
    [[nodiscard]] std::int64_t number_of(std::uint16_t sequence) const {
        if (count_.expected == 0) return 1;
        const auto ahead = static_cast<std::uint16_t>(sequence - count_.sequence);
        if (ahead == 0 || ahead > kMostAhead) return number_of_late(ahead);
        return static_cast<std::int64_t>(count_.expected) + ahead;
    }
    [[nodiscard]] std::int64_t number_of_late(std::uint16_t ahead) const;
    void mark(Time now);
    void on_late(Time now, std::int64_t number);

    Count count_;
    std::array<Count, kMarks> marks_;  // a ring: what had come before `at`
    std::size_t marked_count_ = 0;
    Time marked_{};
    Time overtaken_at_{};
    WindowedMax<Duration, 1000> late_;  // by how long packets came late
    std::uint64_t told_expected_ = 0;
    std::uint64_t told_received_ = 0;
    double smoothed_ = 0;
};

}  // namespace mcast::protocol
