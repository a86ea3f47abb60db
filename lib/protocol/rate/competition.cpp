// SPDX-License-Identifier: MIT
#include "protocol/rate/competition.hpp"

#include <algorithm>

namespace mcast::rate {
namespace {

constexpr Duration kLeast = std::chrono::seconds(1);  // without a queue, to end the mode
constexpr Duration kMost = std::chrono::seconds(10);
constexpr Duration kSlowRecovery = kMost / 2;
constexpr double kAlone = 0.95;  // part of the earlier congested rate
constexpr Duration kLeastRtt = std::chrono::microseconds(100);
constexpr double kPacketBits = 12'000;  // a TCP packet of 1500 bytes
constexpr int kSmoothing = 8;           // as TCP's srtt (RFC 6298)

double window_of(double bps, Duration rtt) {
    return bps * to_seconds(rtt) / kPacketBits;
}

}  // namespace

bool is_slow_for_cubic(double bps, Duration path) {
    const Duration rtt = std::max<Duration>(path, kLeastRtt);
    Cubic theirs(window_of(bps, rtt));
    theirs.reduce(1);
    return from_seconds(theirs.recovery_seconds(rtt)) >= kSlowRecovery;
}

void Competition::begin(Time now, double bps, Duration rtt) {
    until_ = now + kLeast;
    alone_bps_ = 0;
    srtt_ = std::max<Duration>(rtt, kLeastRtt);
    cubic_ = Cubic(window_of(bps, srtt_));
}

bool Competition::sinks(double bps, Duration path) {
    history_.add(bps);
    return history_.sank() && is_slow_for_cubic(bps, path);
}

void Competition::go_on_until_alone(Time now) {
    until_ = now + kMost;
    alone_bps_ = kAlone * history_.usual();
    history_.clear();
}

Competition::Decision Competition::on_epoch(Time now, const EpochReport& report,
                                            const Verdict& verdict, double bps) {
    // Without smoothing the rate and the queue would chase each other, as we react to epochs and
    // not, as TCP, to each packet.
    if (verdict.rtt > Duration::zero()) srtt_ += (verdict.rtt - srtt_) / kSmoothing;
    const Duration rtt = std::max<Duration>(srtt_, kLeastRtt);
    if (verdict.queued || verdict.congested) {
        const Duration recovery = from_seconds(2 * cubic_.recovery_seconds(rtt));
        until_ = std::max(*until_, now + std::clamp<Duration>(recovery, kLeast, kMost));
    }
    if (verdict.congested) {
        if (now < spared_until_) return {};
        spared_until_ = now + 2 * rtt;
        cubic_.reduce(verdict.delivered_fraction);
        // The congested rate is back where it was: the other flow is gone.
        if (alone_bps_ > 0 && bps * (1 + verdict.delivered_fraction) / 2 > alone_bps_) {
            until_.reset();
            return {.bps = std::nullopt, .congested = true};
        }
    } else if (report.used(bps)) {
        cubic_.grow(report.sending.lasted, rtt);
    }
    return {cubic_.packets() * kPacketBits / to_seconds(rtt), verdict.congested};
}

}  // namespace mcast::rate
