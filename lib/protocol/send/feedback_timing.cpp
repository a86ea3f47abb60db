// SPDX-License-Identifier: MIT
#include "protocol/send/feedback_timing.hpp"

#include <algorithm>

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kReportShareOfFew = 0.0025;  // of the data rate
constexpr double kReportShare = 0.002;
constexpr double kReportShareOfMany = 0.001;  // joins and final reports take most of it
constexpr double kMostReportShare = 0.02;     // lest silence be noticed late
constexpr std::size_t kFew = 16;
constexpr std::size_t kManyReceivers = 1000;
constexpr double kReportBytes = 70;  // about, with IP and UDP headers
constexpr DataRate kModestRate = DataRate::bits_per_second(100e6);
constexpr Duration kReportSeldom = seconds(60);

constexpr Duration kOfferGathering = milliseconds(100);
constexpr Duration kOfferRunning = milliseconds(250);
constexpr ByteCount kOfferBytes = 250;  // on the wire, about
constexpr ByteCount kProbeBytes = 70;
constexpr ByteCount kSparing = 20;  // a twentieth of the rate
constexpr Duration kMostSparing = seconds(5);
constexpr Duration kAdvertCatchUp = milliseconds(100);
constexpr Duration kGathering = milliseconds(5);  // of a small group's requests
// In so many round trips before the end a repair that is lost comes after all else.
constexpr double kLastRounds = 1.25;
constexpr std::size_t kSmall = 8;  // group: everybody asks at once
constexpr int kFlushesFast = 20;   // RFC 5740's robustness factor; then slower

}  // namespace

Duration FeedbackTiming::report_interval() const {
    return report_interval_of(group_.awaited());
}

Duration FeedbackTiming::report_interval_of(std::size_t receivers) const {
    const double share = receivers <= kFew             ? kReportShareOfFew
                         : receivers <= kManyReceivers ? kReportShare
                                                       : kReportShareOfMany;
    const bool started = stage_.started().has_value();
    // The rate is not known before data flows.
    const DataRate rate = started ? rate_.rate() : std::min(rate_.rate(), kModestRate);
    const double all = static_cast<double>(receivers) * kReportBytes / rate.bytes_per_second();
    const double heard =
        std::max(all / kMostReportShare, to_seconds(config_.progress_limit) / kMissedReports);
    return std::clamp<Duration>(from_seconds(std::min({all / share, heard, 100.0})),
                                started ? milliseconds(5) : milliseconds(500), kReportSeldom);
}

Duration FeedbackTiming::patience(const Member& member) const {
    if (member.plain) return config_.progress_limit;
    return std::max(config_.progress_limit, kMissedReports * told_interval_.value());
}

void FeedbackTiming::end_round(Time now) {
    told_interval_.add(now, report_interval());
    told_lately_.add(now, report_interval());
    budget_.update(now, grtt_.value(), group_.size());
}

Duration FeedbackTiming::aggregation(std::size_t receivers) const {
    if (receivers <= 1) return {};
    const Duration most = grtt_.value() / 4;
    return receivers > kSmall ? most : std::min(most, kGathering);
}

double FeedbackTiming::round_bytes() const {
    return kLastRounds * rate_.rate().bytes_in(grtt_.value());
}

Duration FeedbackTiming::settling_time() const {
    return (budget_.factor(false, 0) + 3) * grtt_.value();
}

Duration FeedbackTiming::offer_interval() const {
    return stage_.started() ? std::max(kOfferRunning, sparing(kOfferBytes)) : kOfferGathering;
}

Duration FeedbackTiming::probe_interval() const {
    const Duration fast = milliseconds(group_.size() <= kFew ? 20 : 100);
    if (!stage_.started()) return 5 * fast;
    const bool plain = config_.plain && std::ranges::any_of(group_.all(), &Member::plain);
    return std::max({plain ? grtt_.value() : Duration::zero(), fast, sparing(kProbeBytes)});
}

Duration FeedbackTiming::repair_adv_interval(bool catch_up) const {
    const Duration fast = catch_up ? std::max(grtt_.value(), kAdvertCatchUp) : grtt_.value() / 2;
    return std::max(fast, sparing(config_.object.segment_size));
}

Duration FeedbackTiming::flush_interval() const {
    const Duration fast = std::max<Duration>(2 * grtt_.value(), milliseconds(2));
    return flushes_ < kFlushesFast ? fast : std::max<Duration>(fast, milliseconds(100));
}

// The interval at which a message of that size takes little of the rate. It is bounded, so that
// receivers still know by the message that we are there.
Duration FeedbackTiming::sparing(ByteCount bytes) const {
    return std::min<Duration>(rate_.rate().time_for(kSparing * bytes), kMostSparing);
}

}  // namespace mcast::protocol
