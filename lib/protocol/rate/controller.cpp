// SPDX-License-Identifier: MIT
#include "protocol/rate/controller.hpp"

#include <algorithm>

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr Duration kMinEpoch = milliseconds(7);    // shorter ones are noise of the scheduler
constexpr Duration kPatience = milliseconds(250);  // the wait for receivers that are not heard
constexpr ByteCount kPatientPackets = 60;          // an epoch waits for reports on so many
constexpr Duration kLongestReport = milliseconds(100);
constexpr double kSurePackets = 400;  // enough to measure a loss of a few percent
constexpr double kSurePart = 12;  // one in so many packets sent: on long paths waiting costs little
constexpr double kMostSure = 40 * kSurePackets;
constexpr double kClearlyMore = 1.5;  // times the rate: the others were not what limited it

// The most packets that a report covers. A report on more comes from a receiver that was cut off,
// and its losses show nothing about the rate.
double longest_report(DataRate rate, Duration round) {
    const auto bytes =
        static_cast<ByteCount>(rate.bytes_in(std::max<Duration>(kLongestReport, 4 * round)));
    return static_cast<double>(std::max(bytes / kPacketBytes, kPatientPackets));
}

// The time to wait for reports: at a slow rate, until there is something to report.
Duration patience(DataRate rate, Duration round) {
    const Duration slow = rate.time_for(kPatientPackets * kPacketBytes);
    return std::max<Duration>({kPatience, 4 * round, slow});
}

}  // namespace

void RateController::set_fixed(std::optional<DataRate> fixed) {
    probe_.reset();
    if (fixed) fixed = std::max(*fixed, kLeastFixed);
    adaptation_.set_fixed(fixed);
    mode_ = fixed ? ModeState{RateMode::fixed, RateReason::asked} : ModeState{};
}

std::optional<Pacing> RateController::paced_by() const {
    auto found = pace_.found();
    if (!found) {
        // Random loss does not lower the rate, but its repair uses a part of it.
        const auto lossiest = receivers_.lossiest();
        return lossiest ? std::optional(Pacing{*lossiest, Cause::loss}) : std::nullopt;
    }
    // The loss turned out to depend on the rate: the link is full.
    const Receiver* known = receivers_.find(found->id.index);
    const bool by_rate = known != nullptr && !known->loss.testing() &&
                         known->loss.baseline() < Receivers::kNotableLoss;
    if (found->cause == Cause::loss && by_rate) found->cause = Cause::link;
    return found;
}

std::optional<double> RateController::greatest_base() const {
    if (adaptation_.fixed() || receivers_.all().empty()) return std::nullopt;
    return receivers_.greatest_baseline();
}

void RateController::on_idle() {
    if (!holding()) epoch_.on_idle();
}

void RateController::on_sample(MemberId id, const Sample& sample) {
    epoch_.on_news();
    Receiver& r = receivers_.at(id);
    r.epoch.backlog = sample.backlog;
    r.epoch.host_drops += sample.host_drops;
    const bool counts = epoch_.counts(sample);
    const Duration earlier = r.epoch.rtt_last;
    if (sample.rtt > Duration::zero()) {
        r.path.on_rtt(sample.rtt);
        if (counts || sample.expected == 0) r.epoch.on_rtt(sample.rtt);
    }
    r.reported = std::max(r.reported, sample.end());
    if (!counts || sample.expected == 0) return;
    const double most = longest_report(adaptation_.rate(), audience_.round);
    if (static_cast<double>(sample.expected) > most && !sample.estimate) return;
    if (probe_) return probe_->on_sample(r, sample, earlier);
    r.epoch.seen.add(Tally::of(sample));
}

void RateController::forget(MemberId id) {
    receivers_.forget(id.index);
    pace_.forget(id);
    epoch_.on_news();  // the epoch no longer waits for it
}

void RateController::leave(MemberId id) {
    forget(id);
    resume(id);
}

// If that receiver limited the rate, goes back to what the others received before.
void RateController::resume(MemberId id) {
    pace_.forget(id);
    if (!adaptation_.release(id)) return;
    const double others = kAfterCut * receivers_.delivery_bps(kStart.bps());
    if (others > kClearlyMore * settled().bps()) restart(DataRate::bits_per_second(others));
}

void RateController::set_aside(MemberId id) {
    if (receivers_.set_aside(id.index)) epoch_.on_news();
    resume(id);
}

void RateController::release(MemberId id, DataRate others) {
    leave(id);
    if (adaptation_.fixed() || settled().bps() > kAfterCut * others.bps()) return;
    restart(others * kAfterCut);  // cuts and findings were about that receiver
}

void RateController::restart(DataRate rate) {
    if (adaptation_.fixed()) return;
    receivers_.end_loss_tests();
    tests_.clear();
    pace_.clear();
    probe_.reset();
    epoch_.stop();
    adaptation_.restart(rate.bps());
}

void RateController::expect_loss(MemberId id, double loss, DataRate rate) {
    receivers_.expected(id).loss.expect(loss);
    restart(std::max(rate, settled()));
}

void RateController::on_sent(Time now, std::int64_t next, ByteCount bytes) {
    next_ = next;
    if (!epoch_.running()) {
        if (!std::exchange(begun_, true) && !adaptation_.fixed() && may_probe())
            start_first_probe();
        begin_epoch(now);
        if (probe_) epoch_.count_all();  // the first report covers earlier packets, too
    }
    epoch_.on_sent(bytes);
    if (probe_ && probe_->on_sent(now, next)) epoch_.begin_step(now);
}

// An epoch without packets does not end: it shows nothing.
Time RateController::deadline() const {
    if (!epoch_.running()) return kNever;
    const Time step = probe_ ? probe_->deadline(audience_.interval) : kNever;
    if (!epoch_.any_sent()) return step;
    const Duration wait = epoch_.news() ? kMinEpoch : patience(adaptation_.rate(), audience_.round);
    return std::min(step, epoch_.began() + wait);
}

void RateController::decide(Time now, const Audience& audience) {
    audience_ = audience;
    if (!epoch_.running()) return;
    if (probe_) go_on_probing(now);
    const Duration lasted = epoch_.lasted(now);
    if (lasted < kMinEpoch || !epoch_.any_sent()) return;
    const bool over = lasted >= patience(adaptation_.rate(), audience_.round);
    if (!over && !epoch_.news()) return;
    const Stock stock = take_stock(lasted);
    if (!over && !(stock.all && stock.enough)) return;
    end_epoch(now, stock.all);
    begin_epoch(now);
}

// Finds out whether enough is known of the packets of this epoch.
RateController::Stock RateController::take_stock(Duration lasted) {
    epoch_.take_stock();
    const double sure = std::clamp(epoch_.packets(next_) / kSurePart, kSurePackets, kMostSure);
    std::size_t heard = 0;
    bool enough = true;
    for (const Receiver* r : receivers_.all()) {
        heard += probe_ ? probe_->heard_from(*r) : r->epoch.seen.sent >= kMinPackets;
        enough =
            enough && (probe_ ? probe_->heard_from(*r) : r->loss.is_sure(r->epoch, sure, lasted));
    }
    return {.all = audience_.attached > 0 && heard >= audience_.attached,
            .enough = enough};  // without receivers nothing is known
}

void RateController::begin_epoch(Time now) {
    epoch_.begin(now, next_, adaptation_.rate().bps(), probe_.has_value());
    link_.begin_epoch();
    if (probe_) begin_step();
    receivers_.begin_epoch();
}

// Measures how fast packets left in this epoch.
Sending RateController::measure(Time now) {
    const Sending sending = epoch_.sending(now);
    link_.on_sent(sending.bps, sending.lasted);
    return sending;
}

EpochReport RateController::report(Time now, bool all_heard) {
    EpochReport report;
    report.bps = adaptation_.rate().bps();
    report.app_limited = epoch_.app_limited();
    report.link_busy = link_.busy();
    report.all_heard = all_heard && (!probe_ || steps_seen(receivers_));
    report.receivers.reserve(receivers_.all().size());
    for (const Receiver* r : receivers_.all()) report.receivers.push_back({r->id, r->epoch});
    if (probe_)
        report = probe_->evaluate(std::move(report), receivers_);
    else
        report.sending = measure(now);
    report.link_queue = link_.queue(now, report.sending.bps);
    return report;
}

LossContext RateController::loss_context(const EpochReport& report) const {
    return {.bps = report.bps,
            .used_bps = adaptation_.used_bps(report),
            .congested = adaptation_.congested(),
            .group = report.receivers.size(),
            .fixed = adaptation_.fixed(),
            .competing = adaptation_.competing(),
            .probed = probe_.has_value(),
            .may_probe = !adaptation_.fixed() && !probe_ && !adaptation_.congested().known() &&
                         may_probe() && !queue_seen(report, receivers_)};
}

void RateController::end_epoch(Time now, bool all_heard) {
    const EpochReport epoch = report(now, all_heard);
    if (probe_) adaptation_.set(epoch.bps);  // the rate of the step that is judged
    const Verdict verdict = judge(epoch, loss_context(epoch), receivers_, tests_);
    if (verdict.restore) adaptation_.restore(*verdict.restore);
    // A fixed rate does not show what a receiver can take.
    const double bps = adaptation_.fixed() ? 0 : adaptation_.rate().bps();
    pace_.on_epoch(now, verdict.troubles, bps, epoch.link_busy);
    if (!adaptation_.fixed()) adapt(now, epoch, verdict);
    adaptation_.look_at_queue(now, verdict);
    note_mode(now, epoch, verdict);
}

void RateController::note_mode(Time now, const EpochReport& report, const Verdict& verdict) {
    const ModeState before =
        std::exchange(mode_, mode_of(adaptation_, probe_.has_value(), report, verdict));
    if (!trace_) return;
    trace_(now, trace::EpochJudged{.rate_bps = report.bps,
                                   .sent_bps = report.sending.bps,
                                   .next_bps = rate().bps(),
                                   .delivered_fraction = verdict.delivered_fraction,
                                   .rtt = verdict.rtt,
                                   .queue = verdict.queue,
                                   .congested = verdict.congested,
                                   .app_limited = report.app_limited,
                                   .mode = mode_.mode,
                                   .reason = mode_.reason});
    if (before.mode != mode_.mode)
        trace_(now, trace::ModeChanged{before.mode, mode_.mode, mode_.reason});
}

void RateController::adapt(Time now, const EpochReport& report, const Verdict& verdict) {
    const auto probe = std::exchange(probe_, std::nullopt);
    if (probe && probe->is_first() && !report.all_heard) return start_first_probe();
    const JudgedEpoch epoch{.now = now,
                            .report = report,
                            .verdict = verdict,
                            .link = link_,
                            .round = audience_.round,
                            .longest_path = receivers_.longest_path(),
                            .may_probe = may_probe(),
                            .queue_seen = probe && queue_seen(report, receivers_)};
    const auto decision =
        probe ? adaptation_.on_probe(epoch, probe->before()) : adaptation_.on_epoch(epoch);
    if (decision.probe)
        probe_ = BandwidthProbe(decision.probe->before, decision.probe->bps, audience_.interval);
    if (!decision.competes) return;
    receivers_.end_loss_tests();
    tests_.clear();
}

bool RateController::may_probe() const {
    return BandwidthProbe::fits(receivers_.longest_path(), audience_.interval);
}

void RateController::start_first_probe() {
    probe_ = BandwidthProbe::first();
    adaptation_.set(probe_->step_bps());
}

void RateController::begin_step() {
    probe_->begin_step(next_);
    adaptation_.set(probe_->step_bps());
    link_.begin_step();
    probe_due_ = true;
}

void RateController::go_on_probing(Time now) {
    switch (probe_->due(now, audience_.interval)) {
        case BandwidthProbe::Due::nothing:
            break;
        case BandwidthProbe::Due::hold:
            probe_->hold(now, next_, link_.busy());
            break;
        case BandwidthProbe::Due::next_step:
            begin_step();
            break;
        case BandwidthProbe::Due::sample_queue:
            probe_->on_sampled(next_, measure(now));
            probe_due_ = true;
            break;
    }
}

}  // namespace mcast::rate
