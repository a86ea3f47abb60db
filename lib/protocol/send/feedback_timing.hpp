// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocol/feedback_budget.hpp"
#include "protocol/grtt.hpp"
#include "protocol/send/membership.hpp"
#include "protocol/send/send_rate.hpp"
#include "protocol/send/sender_config.hpp"
#include "protocol/send/stage.hpp"
#include "protocol/windowed_max.hpp"

namespace mcast::protocol {

/// A receiver that is heard may lose so many reports in a row.
inline constexpr int kMissedReports = 3;

/// How often the sender and its receivers speak beside the data: neither takes more than a small
/// part of the rate. It follows from the group's size, the rate and the round trip, and holds no
/// deadline. The parts that it reads outlive it.
class FeedbackTiming {
  public:
    FeedbackTiming(const SenderConfig& config, const Stage& stage, const Membership& group,
                   const SendRate& rate, const GrttEstimator& grtt)
        : config_(config), stage_(stage), group_(group), rate_(rate), grtt_(grtt) {}

    // Receivers.
    /// The time between two reports of each of the awaited receivers.
    [[nodiscard]] Duration report_interval() const;
    [[nodiscard]] Duration report_interval_of(std::size_t receivers) const;
    /// The greatest report interval of the last seconds: some receivers know no newer one yet.
    [[nodiscard]] Duration told_interval() const { return told_interval_.value(); }
    /// The same of the last second: most receivers know no older one.
    [[nodiscard]] Duration told_lately() const { return told_lately_.value(); }
    /// How long a receiver may be silent: a large group on a slow link is asked to report less than
    /// once in the time that nothing may move for.
    [[nodiscard]] Duration patience(const Member& member) const;
    /// To be called at each check.
    void end_round(Time now);

    // NACKs.
    /// The factor K of RFC 5740 that receivers are to spread their NACKs with.
    [[nodiscard]] std::uint8_t backoff(bool first_pass_done) const {
        return budget_.factor(first_pass_done, group_.size());
    }
    void on_nack(ByteCount bytes) { budget_.on_nack(bytes); }
    void on_data(Time now, ByteCount bytes) {
        budget_.on_sent(bytes);
        data_sent_ = now;
        flushes_ = 0;
    }
    [[nodiscard]] ByteCount data_bytes() const { return budget_.sent(); }
    [[nodiscard]] Time data_sent() const { return data_sent_; }  ///< DATA left last then
    void shift(Duration slept) { data_sent_ += slept; }
    /// How long a repair waits for the requests of so many receivers. In a small group few ask for
    /// the same, so it waits less; no request is answered twice anyway.
    [[nodiscard]] Duration aggregation(std::size_t receivers) const;
    /// Bytes that leave while a lost repair is asked for again and comes.
    [[nodiscard]] double round_bytes() const;
    /// After this time all receivers that need more of a block have said so.
    [[nodiscard]] Duration settling_time() const;

    // The sender's own messages.
    [[nodiscard]] Duration offer_interval() const;
    /// An offer leaves, which tells receivers the report interval.
    void on_offer() { offered_interval_ = report_interval(); }
    [[nodiscard]] Duration offered_interval() const { return offered_interval_; }
    /// The offered interval is far too short by now.
    [[nodiscard]] bool offer_outdated() const { return report_interval() > 2 * offered_interval_; }
    /// Our receivers answer in the reports that they send anyway, plain ones each with a message of
    /// its own. The interval does not grow with the round trip: a queue is noticed only at the next
    /// probe.
    [[nodiscard]] Duration probe_interval() const;
    /// Pending repairs are advertised so often; `catch_up`: nothing else is pending.
    [[nodiscard]] Duration repair_adv_interval(bool catch_up) const;
    /// Pending repairs are advertised now.
    void on_repair_adv(Time now) { advertised_ = now; }
    /// The time when they may be advertised again.
    [[nodiscard]] Time next_repair_adv(Time now, bool catch_up) const {
        return std::max(now, advertised_ + repair_adv_interval(catch_up));
    }
    /// Flushes become rarer when many have left since the last data.
    [[nodiscard]] Duration flush_interval() const;
    void on_flush() { ++flushes_; }

  private:
    [[nodiscard]] Duration sparing(ByteCount bytes) const;

    const SenderConfig& config_;
    const Stage& stage_;
    const Membership& group_;
    const SendRate& rate_;
    const GrttEstimator& grtt_;
    FeedbackBudget budget_;
    WindowedMax<Duration, 5000> told_interval_;
    WindowedMax<Duration, 1000> told_lately_;
    Duration offered_interval_{};
    Time data_sent_{};
    Time advertised_{};
    int flushes_ = 0;
};

}  // namespace mcast::protocol
