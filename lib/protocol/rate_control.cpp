// SPDX-License-Identifier: MIT
#include "protocol/rate_control.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kMinEpoch = milliseconds(7);
constexpr Duration kPatience = milliseconds(250);  // for receivers that are not heard
constexpr std::uint64_t kMinPackets = 30;          // fewer say nothing about loss
constexpr double kTolerance = 0.02;                // loss beyond the base that is let pass
constexpr double kMaxBase = 0.5;
constexpr std::uint64_t kSurePackets = 400;
constexpr double kGreatLoss = 0.15;  // is seen in fewer
constexpr double kAfterCut = 0.96;   // so that the queue drains
// Queueing delay: at the first the rate no longer grows, at the second it falls.
constexpr Duration kDelayHold = milliseconds(6);
constexpr Duration kDelayCut = milliseconds(20);

}  // namespace

void RateControl::set_fixed(std::optional<DataRate> fixed) {
    fixed_ = fixed;
    if (fixed_) rate_ = *(fixed_ = std::max(*fixed_, kLeastFixed));
}

void RateControl::on_sample(NodeId node, const RateSample& sample) {
    Receiver& r = receivers_[raw(node)];
    r.backlog = sample.backlog;
    r.host_drops += sample.host_drops;
    if (sample.rtt > Duration::zero()) {
        r.rtt_min = std::min(r.rtt_min, sample.rtt);
        r.rtt_min_now = std::min(r.rtt_min_now, sample.rtt);
    }
    if (sample.first < epoch_first_) return;
    r.expected += sample.expected;
    r.received += sample.received;
}

void RateControl::on_link_limit(DataRate sent) {
    link_ = link_ ? std::min(*link_, sent) : sent;
}

void RateControl::on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                          std::size_t attached) {
    if (!epoch_begin_) begin_epoch(now, next);
    epoch_sent_ += bytes;
    const Duration lasted = now - *epoch_begin_;
    if (lasted < kMinEpoch) return;
    std::size_t heard = 0;
    bool enough = true;
    for (const auto& [node, r] : receivers_) {
        heard += r.expected >= kMinPackets;
        enough = enough && r.sure();
    }
    const bool all_heard = attached > 0 && heard >= attached;  // nobody: nothing is learnt
    if (!(all_heard && enough) && lasted < std::max(kPatience, 4 * round)) return;
    const double sent_bps = 8 * static_cast<double>(epoch_sent_) / to_seconds(lasted);
    const Verdict verdict = judge();
    if (verdict.worst) limited_by_ = verdict.worst;
    if (!fixed_) act(verdict, sent_bps, all_heard);
    begin_epoch(now, next);
}

void RateControl::begin_epoch(Time now, std::int64_t next) {
    epoch_begin_ = now;
    epoch_first_ = next;
    epoch_sent_ = 0;
    held_ = false;
    for (auto& [node, r] : receivers_) {
        r.expected = r.received = r.host_drops = 0;
        r.backlog_before = r.backlog;
        r.rtt_min_now = Duration::max();
    }
}

void RateControl::act(const Verdict& verdict, double sent_bps, bool all_heard) {
    const auto link = std::exchange(link_, std::nullopt);
    if (verdict.congested) {
        ceiling_bps_ = std::min(rate_.bps(), sent_bps) * verdict.keep;
        set(ceiling_bps_ * kAfterCut);
        return;
    }
    if (link) {
        ceiling_bps_ = link->bps();
        set(std::min(rate_.bps(), link->bps() * 1.02));
    } else if (all_heard && !verdict.hold && !held_ && sent_bps > 0.5 * rate_.bps()) {
        grow();  // only when the rate was really used: else nothing was learnt
    }
}

// Enough packets to judge a receiver by: a great loss shows early, a small one takes many.
bool RateControl::Receiver::sure() const {
    if (expected >= kSurePackets || (host_drops > 0 && expected >= kMinPackets)) return true;
    const auto lost = static_cast<double>(expected) - static_cast<double>(received);
    return expected >= kMinPackets && lost > (base + kGreatLoss) * static_cast<double>(expected);
}

RateControl::Verdict RateControl::judge() {
    Verdict verdict;
    for (auto& [node, r] : receivers_) judge_one(NodeId{node}, r, verdict);
    return verdict;
}

void RateControl::judge_one(NodeId node, Receiver& r, Verdict& verdict) {
    const auto blame = [&](double keep) {
        verdict.congested = true;
        if (keep <= verdict.keep) verdict.worst = node;
        verdict.keep = std::min(verdict.keep, keep);
    };
    // One that drains already is given the time for it.
    if (r.backlog > 0.75 && r.backlog > r.backlog_before - 0.01) blame(0.8);
    if (r.backlog > 0.5) verdict.hold = true;
    if (r.rtt_min_now != Duration::max()) {
        const Duration queue = r.rtt_min_now - r.rtt_min;
        if (queue > std::max(kDelayHold, r.rtt_min / 2)) verdict.hold = true;
        if (queue > std::max(kDelayCut, r.rtt_min)) blame(0.97);
    }
    if (r.expected >= kMinPackets) judge_loss(node, r, verdict);
}

void RateControl::judge_loss(NodeId node, Receiver& r, Verdict& verdict) {
    const double n = static_cast<double>(r.expected);
    const double loss =
        r.received >= r.expected ? 0 : static_cast<double>(r.expected - r.received) / n;
    // One drop of the socket is a whole batch, so their number says little; that there were some
    // says that the loss beyond the base is the host's.
    const bool host = r.host_drops > 0 && loss - r.base > 0.002;
    const double chance = 2.5 * std::sqrt(std::max(r.base, 0.005) / n);
    if (!host && loss - r.base <= std::max({kTolerance, 0.2 * r.base, chance})) {
        r.cuts = 0;
        r.base = loss < r.base / 2 ? loss : std::min(r.learnt, r.base + (loss - r.base) / 16);
        return;
    }
    if (host) r.cuts = 0;
    if (!host && learn(r, loss)) return;
    verdict.congested = true;
    const double keep = (1 - loss) / (1 - r.base);
    if (keep <= verdict.keep) verdict.worst = node;
    verdict.keep = std::min(verdict.keep, keep);
}

// True when this loss has proved to have nothing to do with the rate: less of it than a great
// overload makes, and cuts did not change it.
bool RateControl::learn(Receiver& r, double loss) {
    const double n = static_cast<double>(r.expected);
    const double chance = 4 * std::sqrt(loss * (1 - loss) / n);
    const bool same = r.cuts > 0 && std::max(r.most, loss) - std::min(r.least, loss) <=
                                        std::max(0.4 * std::max(r.most, loss), chance);
    if (!same) {
        r.cuts = 0;
        r.least = r.most = loss;
        r.cut_sent = r.cut_lost = 0;
        r.before_bps = rate_.bps();
    }
    ++r.cuts;
    r.least = std::min(r.least, loss);
    r.most = std::max(r.most, loss);
    r.cut_sent += n;
    r.cut_lost += loss * n;
    const int needed = loss < 0.1 ? 2 : loss < 0.35 ? 3 : 5;
    if (r.cuts < needed) return false;
    r.cuts = 0;
    r.base = r.learnt = std::min(r.cut_lost / r.cut_sent, kMaxBase);
    ceiling_bps_ = 0;  // nothing was congested after all
    set(std::max(rate_.bps(), r.before_bps));
    return true;
}

void RateControl::grow() {
    const double bps = rate_.bps();
    if (ceiling_bps_ <= 0)
        set(2 * bps);
    else if (bps < 0.9 * ceiling_bps_)
        set(std::min(1.25 * bps, 0.95 * ceiling_bps_));
    else if (bps < 1.03 * ceiling_bps_)
        set(1.01 * bps);
    else
        set(1.03 * bps);
}

void RateControl::set(double bps) {
    if (!fixed_) rate_ = DataRate::bits_per_second(std::clamp(bps, kMin.bps(), kMax.bps()));
}

}  // namespace mcast::protocol
