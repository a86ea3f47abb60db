// SPDX-License-Identifier: MIT
#include "protocol/rate_control.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mcast::protocol {
namespace {

constexpr Duration kMinRound = std::chrono::milliseconds(20);
constexpr std::uint64_t kMinPackets = 20;  // fewer say nothing about loss
constexpr double kMaxBase = 0.5;

}  // namespace

void RateControl::set_fixed(std::optional<DataRate> fixed) {
    fixed_ = fixed;
    if (fixed) rate_ = *fixed;
}

void RateControl::on_sample(NodeId node, const RateSample& sample) {
    RateSample& round = receivers_[raw(node)].round;
    round.expected += sample.expected;
    round.received += sample.received;
    round.host_drops += sample.host_drops;
    round.backlog = sample.backlog;
}

void RateControl::on_link_limit(DataRate sent) {
    link_ = link_ ? std::min(*link_, sent) : sent;
}

void RateControl::on_time(Time now, Duration round, std::size_t attached, ByteCount sent) {
    round_sent_ += sent;
    if (!round_begin_) round_begin_ = now;
    const Duration lasted = now - *round_begin_;
    if (lasted < std::max(kMinRound, round)) return;
    const double sent_bps = 8 * static_cast<double>(round_sent_) / to_seconds(lasted);
    round_begin_ = now;
    round_sent_ = 0;

    const Verdict verdict = judge();
    const bool all_heard = verdict.heard >= attached;
    for (auto& [node, r] : receivers_) r.round = {};
    const auto link = std::exchange(link_, std::nullopt);
    if (verdict.worst) limited_by_ = verdict.worst;
    if (fixed_) return;
    if (settle_ > 0) {
        --settle_;
        return;
    }
    if (verdict.congested) {
        before_cut_bps_ = rate_.bps();
        ceiling_bps_ = std::min(rate_.bps(), std::max(sent_bps, kMin.bps()));
        set(ceiling_bps_ * verdict.keep * 0.97);
        settle_ = 1;
    } else if (link) {
        ceiling_bps_ = link->bps();
        set(std::min(rate_.bps(), link->bps() * 1.05));
    } else if (all_heard && !verdict.hold && sent_bps > 0.5 * rate_.bps()) {
        grow();  // only when the rate was really used: else nothing was learnt
    }
}

RateControl::Verdict RateControl::judge() {
    Verdict verdict;
    for (auto& [node, r] : receivers_) judge_one(NodeId{node}, r, verdict);
    return verdict;
}

void RateControl::judge_one(NodeId node, Receiver& r, Verdict& verdict) {
    const RateSample& s = r.round;
    const auto blame = [&](double keep) {
        verdict.congested = true;
        if (keep < verdict.keep || !verdict.worst) verdict.worst = node;
        verdict.keep = std::min(verdict.keep, keep);
    };
    if (s.backlog > 0.75) blame(0.8);
    if (s.backlog > 0.5) verdict.hold = true;
    verdict.heard += s.expected > 0;
    if (s.expected < kMinPackets) return;

    const double n = static_cast<double>(s.expected);
    const double loss =
        s.received >= s.expected ? 0 : static_cast<double>(s.expected - s.received) / n;
    // One drop of the socket is a whole batch, so their number says little; that there were some
    // says that the loss beyond the base is the host's.
    const bool host = s.host_drops > 0 && loss - r.base > 0.002;
    if (r.judging) {
        // Slowing down did not help: this loss has nothing to do with the rate.
        if (loss > 0.7 * r.cut_loss && !host) {
            r.base = std::min(std::max(r.base, loss), kMaxBase);
            set(std::max(rate_.bps(), before_cut_bps_));
        }
        r.judging = false;
    }
    r.base = loss < r.base ? r.base + (loss - r.base) / 8 : r.base;
    const double noise = 3 * std::sqrt(std::max(r.base, 0.005) / n);
    if (host || loss - r.base > std::max(0.02, noise)) {
        r.cut_loss = loss;
        r.judging = !host;
        blame((1 - loss) / (1 - r.base));
    }
}

void RateControl::grow() {
    const double bps = rate_.bps();
    if (ceiling_bps_ <= 0)
        set(2 * bps);
    else if (bps < 0.9 * ceiling_bps_)
        set(std::min(1.25 * bps, 0.95 * ceiling_bps_));
    else if (bps < 1.05 * ceiling_bps_)
        set(1.01 * bps);
    else
        set(1.1 * bps);
}

void RateControl::set(double bps) {
    if (!fixed_) rate_ = DataRate::bits_per_second(std::clamp(bps, kMin.bps(), kMax.bps()));
}

}  // namespace mcast::protocol
