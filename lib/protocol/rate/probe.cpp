// SPDX-License-Identifier: MIT
#include "protocol/rate/probe.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mcast::rate {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Duration kSpan = milliseconds(25);  // long enough for a queue of some ms to show
constexpr int kReports = 4;                   // reports on a step
constexpr double kProbeStep = 4;              // times the rate: a probe costs little
constexpr double kStepBeyond = 1.5;           // times the rate that was congested lately
// The steps of the first probe of a transfer: 2 to 10 MB each, whatever the link delivers.
constexpr double kModestBps = 70e6;  // less than 100 Mbit/s, so that the queue of the steps drains
constexpr std::array<std::pair<double, Duration>, 3> kFirstSteps{
    {{2e9, milliseconds(8)}, {16e9, milliseconds(2)}, {128e9, microseconds(600)}}};
// The pause between steps, so that a report covers one step only, and the queue is short again.
constexpr Duration kPause = milliseconds(25);
constexpr int kPauseHalves = 5;      // of a report interval
constexpr double kAboveHeld = 1.25;  // times the rate that is held: below, that was too fast itself
constexpr double kSureHeld = 100;    // packets: fewer may all be in some bursts
constexpr Duration kSampleAfter = microseconds(500);  // a full queue would lose the probe packet

}  // namespace

bool queue_seen(const EpochReport& report, const Receivers& receivers) {
    return std::ranges::any_of(report.receivers, [&](const EpochReport::Receiver& r) {
        return receivers.find(r.id.index)->path.probe_queued(r.heard);
    });
}

bool steps_seen(const Receivers& receivers) {
    const auto told = [](const ProbeTally::OfStep& t) { return t.seen.sent >= kMinPackets; };
    return std::ranges::all_of(receivers.all(), [&](const Receiver* r) {
        return std::ranges::any_of(r->probe.steps, told);
    });
}

bool BandwidthProbe::fits(Duration longest_path, Duration interval) {
    return longest_path > std::max(kLongPath, 2 * kReports * interval);
}

double BandwidthProbe::step_up(double bps, bool congested_known) {
    return (congested_known ? kStepBeyond : kProbeStep) * bps;
}

// Each step sends so little that a slow link does not lose much. The next step does not wait for
// the reports of this one.
BandwidthProbe BandwidthProbe::first() {
    BandwidthProbe probe;
    probe.before_ = DataRate::bits_per_second(kModestBps);
    probe.first_ = true;
    probe.count_ = kFirstSteps.size();
    for (std::size_t i = 0; i < probe.count_; ++i)
        probe.steps_[i] = {.bps = kFirstSteps[i].first, .span = kFirstSteps[i].second};
    return probe;
}

BandwidthProbe::BandwidthProbe(DataRate before, double bps, Duration interval) : before_(before) {
    const Duration enough =
        DataRate::bits_per_second(bps).time_for(static_cast<ByteCount>(kMinPackets) * kPacketBytes);
    steps_[0] = {.bps = bps, .span = std::max({kSpan, kReports * interval, enough})};
}

void BandwidthProbe::begin_step(std::int64_t next) {
    if (!sending_) ++at_;
    sampled_ = kNotYet;
    steps_[at_].first = next;
    sending_ = true;
}

bool BandwidthProbe::on_sent(Time now, std::int64_t next) {
    Step& step = steps_[at_];
    if (!sending_ || step.begun != Time{} || next == step.first) return false;
    step.begun = now;  // packets are followed by the time that they take
    return true;
}

Time BandwidthProbe::deadline(Duration interval) const {
    const Step& step = steps_[at_];
    if (sending_) return step.begun == Time{} ? kNever : step.begun + step.span;
    if (sampled_ == kNotYet) return held_since_ + kSampleAfter;
    if (at_ + 1 == count_) return kNever;  // only the reports are still to come
    return held_since_ + std::max<Duration>(kPause, interval * kPauseHalves / 2);
}

BandwidthProbe::Due BandwidthProbe::due(Time now, Duration interval) const {
    if (now < deadline(interval)) return Due::nothing;
    if (sending_) return Due::hold;
    return sampled_ == kNotYet ? Due::sample_queue : Due::next_step;
}

void BandwidthProbe::hold(Time now, std::int64_t next, bool link_busy) {
    steps_[at_].end = next;
    sending_ = false;
    held_since_ = now;
    if (link_busy) count_ = at_ + 1;  // our own link takes no more
}

void BandwidthProbe::on_sampled(std::int64_t next, Sending sending) {
    steps_[at_].sending = sending;
    sampled_ = next;
}

bool BandwidthProbe::heard_from(const Receiver& r) const {
    return holding() && at_ + 1 == count_ && r.reported > sampled_;
}

void BandwidthProbe::on_sample(Receiver& r, const Sample& sample, Duration earlier) const {
    std::size_t at = at_;
    while (at > 0 && steps_[at].first >= sample.end()) --at;
    if (at > 0 && sample.first <= steps_[at - 1].first) return;
    const Step& step = steps_[at];
    ProbeTally::OfStep& told = r.probe.steps[at];
    (sample.first >= step.end ? r.probe.held : told.seen).add(Tally::of(sample));
    if (sample.rtt <= Duration::zero()) return;
    if (told.rtt_first == Duration::zero()) {
        const Duration before = earlier > Duration::zero() ? earlier : r.path.rtt_min();
        told.rtt_first = sample.end() <= step.end ? sample.rtt : before;
    }
    told.rtt_most = std::max(told.rtt_most, sample.rtt);
}

EpochReport BandwidthProbe::evaluate(EpochReport report, Receivers& receivers) const {
    if (first_)
        for (Receiver* r : receivers.all()) r->loss.set_unexplained(r->probe.held);
    if (!first_ || !evaluate_holds(report, receivers)) {
        bool over = false;
        for (std::size_t at = 0; at < count_ && !over; ++at)
            over = evaluate_step(report, receivers, at);
        if (first_) learn_baselines(report, receivers);
    }
    for (Receiver* r : receivers.all()) r->loss.set_unexplained({});
    return report;
}

// If the rate between the steps of a first probe is too fast for the link, too, it shows the rate
// of the link.
bool BandwidthProbe::evaluate_holds(EpochReport& report, const Receivers& receivers) const {
    const bool too_much = std::ranges::any_of(receivers.all(), [](const Receiver* r) {
        const Tally& held = r->probe.held;
        return held.sent >= kSureHeld && held.loss() > kMostlyLost;
    });
    if (!too_much) return false;
    report.bps = before_.bps();
    report.sending = {kPause, before_.bps()};
    for (EpochReport::Receiver& r : report.receivers) {
        r.heard.seen = receivers.find(r.id.index)->probe.held;
        r.heard.rtt_first = r.heard.rtt_most = Duration::zero();
    }
    return true;
}

// Makes the report of a step. True: it was too fast.
bool BandwidthProbe::evaluate_step(EpochReport& report, Receivers& receivers,
                                   std::size_t at) const {
    report.bps = steps_[at].bps;
    report.sending = steps_[at].sending;
    bool over = false;
    for (EpochReport::Receiver& entry : report.receivers) {
        Receiver& r = receivers.expected(entry.id);
        entry.heard = of_step(entry.heard, r, at);
        over = r.loss.lost_more(entry.heard.seen) || over;
    }
    return over || queue_seen(report, receivers);
}

ReceiverEpoch BandwidthProbe::of_step(const ReceiverEpoch& heard, const Receiver& r,
                                      std::size_t at) const {
    const Step& step = steps_[at];
    const ProbeTally::OfStep& told = r.probe.steps[at];
    ReceiverEpoch result = heard;
    result.seen = told.seen;
    result.rtt_first = told.rtt_first;
    result.rtt_most = told.rtt_most;
    // The last probe packet of a step may be lost, but the queue is still there when the next step
    // begins.
    if (at + 1 < count_)
        result.rtt_most = std::max(result.rtt_most, r.probe.steps[at + 1].rtt_first);
    // Reports cover some packets before and after the step, too.
    const auto packets = static_cast<double>(step.end - step.first);
    Tally& seen = result.seen;
    if (seen.sent > packets) {
        const Tally& unexplained = r.loss.unexplained();
        const double usual = unexplained.sent > 0 ? unexplained.loss() : r.loss.baseline();
        const double lost = std::max(0.0, seen.lost - usual * (seen.sent - packets));
        if (seen.lost > 0) seen.squares *= lost / seen.lost;
        seen.lost = lost;
        seen.sent = packets;
    }
    return result;
}

// If all steps of the first probe were too fast for the link, the rate between them shows the
// random loss, unless it was too fast as well.
void BandwidthProbe::learn_baselines(const EpochReport& report, Receivers& receivers) const {
    const double growth = report.queue_growth();
    for (const EpochReport::Receiver& entry : report.receivers) {
        const double link_bps = report.sending.bps * (1 - entry.heard.seen.loss()) / (1 + growth);
        if (link_bps >= kAboveHeld * before_.bps())
            receivers.expected(entry.id).loss.take_unexplained();
    }
}

}  // namespace mcast::rate
