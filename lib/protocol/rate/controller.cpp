// SPDX-License-Identifier: MIT
#include "protocol/rate/controller.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr Duration kMinEpoch = milliseconds(7);
constexpr Duration kPatience = milliseconds(250);  // for receivers that are not heard
constexpr ByteCount kPacketBytes = 1500;           // about
constexpr ByteCount kPatientPackets = 60;
constexpr Duration kLongestReport = milliseconds(100);
constexpr double kSurePackets = 400;
constexpr double kSingleLosses = 2;  // they are no more dispersed
constexpr double kBeyond = 1.5;
constexpr double kClearlyMore = 1.5;  // than the rate: what limited it was not theirs
constexpr double kClearBeyond = 2.5;
constexpr Duration kNoQueue = std::chrono::microseconds(300);
constexpr double kNear = 0.9;  // part of the ceiling: from here on there may be a queue
constexpr int kStepRounds = 2;
constexpr double kStepUp = 0.01;
constexpr Duration kStepTime = milliseconds(50);
constexpr double kAfterCut = 0.96;  // so that the queue drains
constexpr double kKnown = 0.9;
constexpr double kUp = 1.25;  // where there is room
// A slow start takes a third of a second there, and comes no farther.
constexpr Duration kFarForTcp = milliseconds(20);
constexpr double kSlowStartBps = 2e9;
// A socket that was full lately is full again soon, if nothing else is slower.
constexpr Duration kLinkBusyFor = std::chrono::seconds(1);
constexpr Duration kLinkMemory = milliseconds(300);
constexpr int kLinkBusyEpochs = 2;  // or in the epoch after, where they are long
// That it stood still for a while does not say how little it takes.
constexpr double kLeastOfLink = 1.0 / 16;

}  // namespace

void RateController::set_fixed(std::optional<DataRate> fixed) {
    fixed_ = fixed;
    try_.reset();
    if (fixed_) rate_ = *(fixed_ = std::max(*fixed_, kLeastFixed));
}

void RateController::on_sample(NodeId node, const Sample& sample) {
    news_ = true;
    Receiver& r = receiver(node);
    r.backlog = sample.backlog;
    r.host_drops += sample.host_drops;
    const auto sent = static_cast<double>(sample.expected);
    const bool now = sample.first >= epoch_first_;
    const Duration before = r.rtt_last;
    if (sample.rtt > Duration::zero()) on_delay(r, sample.rtt, now || sent <= 0);
    const std::int64_t end = sample.first + static_cast<std::int64_t>(sample.expected);
    r.reported = std::max(r.reported, end);
    if (!now || sent <= 0) return;
    if (sent > longest_report() && !sample.estimate) return;
    if (try_) return on_tried(r, sample, before);
    const double lost = std::max(0.0, sent - static_cast<double>(sample.received));
    r.seen.add({.sent = sent, .lost = lost, .squares = lost * lost / sent, .reports = 1});
}

// `now`: no packet of an earlier epoch is younger than that.
void RateController::on_delay(Receiver& r, Duration rtt, bool now) {
    r.rtt_min = std::min(r.rtt_min, rtt);
    if (!now) return;
    r.rtt_min_now = std::min(r.rtt_min_now, rtt);
    r.rtt_last = rtt;
    r.rtt_most = std::max(r.rtt_most, rtt);
    if (r.rtt_first == Duration::zero()) r.rtt_first = rtt;
}

// Packets that a report may tell of. One that tells of more comes from a receiver that was cut off:
// what it lost meanwhile says nothing of the rate.
double RateController::longest_report() const {
    const ByteCount bytes =
        static_cast<ByteCount>(rate_.bytes_in(std::max(kLongestReport, 4 * round_)));
    return static_cast<double>(std::max(bytes / kPacketBytes, kPatientPackets));
}

void RateController::on_rtt(NodeId node, Duration rtt) {
    Receiver& r = receiver(node);
    r.rtt_min = std::min(r.rtt_min, rtt);
}

void RateController::forget(NodeId node) {
    receivers_.erase(raw(node));
    aside_.erase(raw(node));
    pace_.forget(node);
    news_ = true;  // it is not waited for
}

void RateController::leave(NodeId node) {
    forget(node);
    resume(node);
}

// The rate was that one's as long as it was slower than the others: they took more before.
void RateController::resume(NodeId node) {
    pace_.forget(node);
    if (ceiling_of_ != node) return;
    ceiling_of_.reset();
    const double others = kAfterCut * others_take();
    if (others > kClearlyMore * settled().bps()) restart(DataRate::bits_per_second(others));
}

// What all who are left took when they were asked to; of one that was asked for little that is
// little, and says nothing.
double RateController::others_take() const {
    double bps = receivers_.empty() ? 0 : kStart.bps();
    bool known = false;
    for (const auto& [node, r] : receivers_) {
        if (r.takes_bps <= 0) continue;
        bps = known ? std::min(bps, r.takes_bps) : r.takes_bps;
        known = true;
    }
    return bps;
}

void RateController::set_aside(NodeId node) {
    if (const auto found = receivers_.find(raw(node)); found != receivers_.end()) {
        const Receiver& known = found->second;
        aside_[raw(node)] = {.rtt_min = known.rtt_min,
                             .base = known.base,
                             .followed = known.followed,
                             .dispersion = known.dispersion};
        receivers_.erase(found);
        news_ = true;
    }
    resume(node);
}

RateController::Receiver& RateController::receiver(NodeId node) {
    const auto found = aside_.find(raw(node));
    if (found == aside_.end()) return receivers_[raw(node)];
    Receiver& back = receivers_[raw(node)] = found->second;
    aside_.erase(found);
    return back;
}

void RateController::on_link_busy(Time now, ByteCount held) {
    link_busy_ = link_busy_ || !resting();
    link_until_ = now + kLinkBusyFor;
    link_epochs_ = kLinkBusyEpochs;
    link_held_ = held;
}

void RateController::on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                             std::size_t attached) {
    if (!epoch_begin_) {
        if (!std::exchange(begun_, true) && !fixed_ && tryable()) start_first_try();
        begin_epoch(now, next);
        if (try_) epoch_first_ = 0;  // the first report tells of what left before, too
    }
    epoch_sent_ += bytes;
    if (try_) go_on_trying(now, next);
    const Duration lasted = now - *epoch_begin_;
    if (lasted < kMinEpoch) return;
    const Duration slow = rate_.time_for(kPatientPackets * kPacketBytes);  // or none is heard
    const bool over = lasted >= std::max({kPatience, 4 * round, slow});
    // Between two reports nothing becomes known: runs are many more than they are.
    if (!over && !news_) return;
    const Heard heard = take_stock(next, attached, lasted);
    if (!over && !(heard.all && heard.enough)) return;
    round_ = round;
    if (try_)
        weigh_steps();
    else
        measure(now);
    const Verdict verdict = judge(link_queue(now));
    look_for_pacer(now);
    if (!fixed_) act(now, verdict, heard.all && (!try_ || tried_seen()));
    if (now - queue_looked_ >= kQueueLook) {
        queue_before_ = verdict.queue;
        queue_looked_ = now;
    }
    begin_epoch(now, next);
}

// How fast it went in this epoch.
void RateController::measure(Time now) {
    lasted_ = now - *epoch_begin_;
    sent_bps_ = 8 * static_cast<double>(epoch_sent_) / to_seconds(lasted_);
    const double passed = to_seconds(lasted_) / to_seconds(kLinkMemory);
    link_took_bps_ = std::max(sent_bps_, link_took_bps_ * std::exp(-passed));
}

// Whether enough is known of the packets of this epoch.
RateController::Heard RateController::take_stock(std::int64_t next, std::size_t attached,
                                                 Duration lasted) {
    news_ = false;
    // The longer the way, the less of it is made longer by waiting for a few more.
    const auto sent = static_cast<double>(next - epoch_first_);
    const double sure = std::clamp(sent / 12, kSurePackets, 40 * kSurePackets);
    std::size_t heard = 0;
    bool enough = true;
    for (const auto& [node, r] : receivers_) {
        heard += try_ ? tried_heard(r) : r.seen.sent >= kMinPackets;
        // Fewer will do where no more are lost than always are, and not many at a time. Where it
        // takes long to wait for more, than may be by chance.
        const double usual = r.base * r.seen.sent;
        const double chance = lasted >= kStepTime ? 2 * std::sqrt(usual) : 0;
        const bool clean = r.seen.lost <= usual + chance && r.seen.dispersion() < kSingleLosses;
        enough = enough && (try_ ? tried_heard(r) : r.sure(clean ? sure / 2 : sure));
    }
    return {.all = attached > 0 && heard >= attached, .enough = enough};  // nobody: nothing
}

// What may wait for our own link while that is what limits.
Duration RateController::link_queue(Time now) const {
    if ((now >= link_until_ && link_epochs_ == 0) || sent_bps_ <= 0) return {};
    return DataRate::bits_per_second(sent_bps_).time_for(link_held_);
}

void RateController::begin_epoch(Time now, std::int64_t next) {
    epoch_begin_ = now;
    // At the same rate the packets that are still to be reported count for the next epoch.
    if (try_ || epoch_bps_ != rate_.bps()) epoch_first_ = next;
    epoch_bps_ = rate_.bps();
    epoch_sent_ = 0;
    idle_ = link_busy_ = false;
    link_epochs_ = std::max(link_epochs_ - 1, 0);
    if (try_) begin_step(next);
    for (auto& [node, r] : receivers_) {
        r.seen = {};
        r.host_drops = 0;
        r.kept = 1;
        r.queue = {};
        r.cause = Cause::link;
        r.backlog_before = r.backlog;
        r.rtt_min_now = Duration::max();
        r.rtt_first = r.rtt_most = Duration::zero();
        r.tried = {};
        r.rest = {};
    }
}

void RateController::act(Time now, const Verdict& verdict, bool all_heard) {
    if (try_) return conclude(now, verdict, all_heard);
    if (competing_until_ && now >= *competing_until_) competing_until_.reset();
    if (competing_until_ && all_heard) return compete(now, verdict);
    if (verdict.congested) {
        if (verdict.queued && rose()) return make_room(now, verdict.keep);
        if (verdict.queued && made_room_) return begin_competing(now, verdict.rtt);
        const double before = used_bps();
        ceiling_bps_ = before * verdict.keep;
        beyond_ = kFirstBeyond;
        ceiling_queued_ = verdict.queued;
        ceiling_of_ = verdict.worst;
        set(std::min(ceiling_bps_ * kAfterCut, verdict.low_bps));
        drain_before_bps_ = std::min(drain_before_bps_, rate_.bps());
        // One that was overrun by far, or has not drained yet, is not known well.
        if (verdict.queued && !queued_before_ && verdict.keep > kKnown)
            on_ceiling(now, (before + ceiling_bps_) / 2, verdict);
        return;
    }
    // What waits for our own link is reckoned by the mean of the epoch. Who shares that may have
    // come in the midst of it: then it is more.
    const bool sudden = link_busy_ && !queued_before_;
    queued_before_ = verdict.queued;
    if (!sudden && drain(now, verdict)) return;
    if (waits(now, verdict)) return;
    // Only when the rate was really used: else nothing was learnt.
    if (all_heard && !verdict.hold && !idle_ && sent_bps_ > 0.5 * rate_.bps()) grow(now, verdict);
    // A little above what our own link takes, so that it is never idle.
    if (link_busy_) set(link_bps());
}

// What the rate came to in the epoch that is judged. There may have been little to send, which is
// no reason to send as little from now on.
double RateController::used_bps() const {
    if (idle_) return rate_.bps();
    return std::clamp(sent_bps_, (link_busy_ ? kLeastOfLink : 0.5) * rate_.bps(), rate_.bps());
}

// What our own link is asked for, so that it is busy: who was kept from sending for a moment, by
// who else wanted the processor, has not learnt that it takes less.
double RateController::link_bps() const {
    return std::clamp(kAboveLink * link_took_bps_, kLeastOfLink * rate_.bps(), rate_.bps());
}

void RateController::release(NodeId node, DataRate others) {
    leave(node);
    if (fixed_ || settled().bps() > kAfterCut * others.bps()) return;
    restart(others * kAfterCut);  // what was cut, or found out, was that one's
}

void RateController::restart(DataRate rate) {
    if (fixed_) return;
    for (auto& [node, r] : receivers_) r.trial = {};
    pace_.clear();
    try_.reset();
    tried_bps_ = 0;
    related_ = false;
    ceiling_bps_ = 0;
    rose_ = made_room_ = false;
    queued_since_.reset();
    draining_since_.reset();
    competing_until_.reset();
    ceilings_.clear();
    epoch_begin_.reset();
    set(rate.bps());
}

void RateController::expect_loss(NodeId node, double loss, DataRate rate) {
    Receiver& r = receivers_[raw(node)];
    r.base = std::clamp(loss, 0.0, kMaxBase);
    r.trial = {};
    restart(std::max(rate, settled()));
}

void RateController::grow(Time now, const Verdict& verdict) {
    const double bps = rate_.bps();
    const bool high = ceiling_bps_ <= 0 || bps >= 1.01 * ceiling_bps_;
    if (high && tryable())
        start_try();
    else if (ceiling_bps_ <= 0)
        rise(verdict);
    else if (bps < kNear * ceiling_bps_)
        set(std::min(kUp * bps, 0.95 * ceiling_bps_));
    else
        step_up(now, verdict);
}

// What overruns a queue ends the slow start of a TCP connection that begins when we do. Where that
// costs it the next ten seconds, it is to get as far as we do.
void RateController::rise(const Verdict& verdict) {
    const bool far = verdict.rtt - verdict.queue >= kFarForTcp;
    rose_ = far && rate_.bps() < kSlowStartBps && slow_for_tcp(rate_.bps(), verdict);
    set((rose_ ? kUp : 2) * rate_.bps());
}

// Where a queue showed the ceiling, the one that a step makes is to be seen before the next. When
// there has been none for long, it is no longer there: then steps may be greater.
void RateController::step_up(Time now, const Verdict& verdict) {
    const bool careful = ceiling_queued_ && !tryable();
    if (careful && now - stepped_ < kStepRounds * verdict.rtt) return;
    stepped_ = now;
    const bool clear = careful && verdict.queue < kNoQueue && lasted_ >= kStepTime;
    const double bps = rate_.bps();
    // An epoch of a long way has many of a short one.
    const double most = clear ? 4.0 : careful ? 1.0 : 3.0;
    const double lasted = to_seconds(lasted_) / to_seconds(kStepTime);
    const double steps = std::clamp(clear ? 2 * lasted : lasted, 1.0, most);
    if (bps < 1.01 * ceiling_bps_)
        return set(
            std::max(1.01 * bps, std::min((1 + kStepUp * steps) * bps, 1.011 * ceiling_bps_)));
    beyond_ = std::min((clear ? kClearBeyond : kBeyond) * beyond_, 0.5);
    set((1 + beyond_) * bps);
}

void RateController::set(double bps) {
    if (!fixed_) rate_ = DataRate::bits_per_second(std::clamp(bps, kMin.bps(), kMax.bps()));
}

}  // namespace mcast::rate
