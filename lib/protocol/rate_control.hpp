// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// What one receiver saw between two of its reports.
struct RateSample {
    std::uint64_t expected = 0;  ///< packets that the sender's sequence numbers account for
    std::uint64_t received = 0;  ///< of these
    std::uint64_t host_drops = 0;
    double backlog = 0;  ///< part of its write backlog that is full, 0 to 1
};

/// The rate that the slowest attached receiver takes (`auto`), or the one that was asked for.
///
/// Time is cut into rounds. A round is congested when, at some receiver, the host dropped packets,
/// the disk's backlog is nearly full, or more packets were lost than its *base* loss explains, the
/// part that has been seen not to depend on the rate. It starts fast and doubles each round until
/// one is congested; then falls to what was delivered, and probes upwards again, quickly while far
/// below the rate that was congested last, slowly near it.
class RateControl {
  public:
    static constexpr DataRate kStart = DataRate::bits_per_second(500e6);
    static constexpr DataRate kMin = DataRate::bits_per_second(100e3);
    static constexpr DataRate kMax = DataRate::bits_per_second(200e9);

    explicit RateControl(std::optional<DataRate> fixed)
        : fixed_(fixed), rate_(fixed.value_or(kStart)) {}

    [[nodiscard]] DataRate rate() const { return rate_; }
    [[nodiscard]] std::optional<NodeId> limited_by() const { return limited_by_; }
    void set_fixed(std::optional<DataRate> fixed);

    void on_sample(NodeId node, const RateSample& sample);
    void forget(NodeId node) { receivers_.erase(raw(node)); }
    /// The link below us took only so much.
    void on_link_limit(DataRate sent);
    /// Ends the round when it has lasted for `round` (a round trip and a report interval, at least).
    /// `attached`: receivers that are to be heard before the rate grows; `sent`: bytes that really
    /// left since the last call.
    void on_time(Time now, Duration round, std::size_t attached, ByteCount sent);

  private:
    struct Receiver {
        RateSample round;         // accumulated over this round
        double base = 0;          // loss that does not depend on the rate
        double cut_loss = 0;      // its loss when it last made us slow down
        bool judging = false;     // does that loss go away at the lower rate?
    };
    struct Verdict {
        bool congested = false;
        bool hold = false;  // a disk fills up: no faster
        std::size_t heard = 0;
        double keep = 1;  // part of the rate that the worst receiver takes
        std::optional<NodeId> worst;
    };

    [[nodiscard]] Verdict judge();
    void judge_one(NodeId node, Receiver& r, Verdict& verdict);
    void grow();
    void set(double bps);

    std::optional<DataRate> fixed_;
    DataRate rate_;
    double ceiling_bps_ = 0;  // rate that was congested last; 0: none yet
    double before_cut_bps_ = 0;
    std::optional<NodeId> limited_by_;
    std::optional<DataRate> link_;
    std::unordered_map<std::uint32_t, Receiver> receivers_;
    std::optional<Time> round_begin_;
    ByteCount round_sent_ = 0;
    int settle_ = 0;  // rounds to let pass: they still show what was sent before the last change
};

}  // namespace mcast::protocol
