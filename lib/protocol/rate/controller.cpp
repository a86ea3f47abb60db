// SPDX-License-Identifier: MIT
#include "protocol/rate/controller.hpp"

#include <algorithm>

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr Duration kMinEpoch = milliseconds(7);    // shorter ones are noise of the scheduler
constexpr Duration kPatience = milliseconds(250);  // for receivers that are not heard
constexpr ByteCount kPacketBytes = 1500;           // about
constexpr ByteCount kPatientPackets = 60;          // an epoch waits for as many reports of them
constexpr Duration kLongestReport = milliseconds(100);
constexpr double kSurePackets = 400;  // tell a loss of a few percent
constexpr double kSurePart = 12;      // of the packets sent: on long paths waiting costs little
constexpr double kMostSure = 40 * kSurePackets;
constexpr double kClearlyMore = 1.5;  // than the rate: what limited it was not theirs
constexpr double kAfterCut = 0.96;    // so that the queue drains

}  // namespace

void RateController::set_fixed(std::optional<DataRate> fixed) {
    fixed_ = fixed;
    probe_.reset();
    if (fixed_) rate_ = *(fixed_ = std::max(*fixed_, kLeastFixed));
}

std::optional<Pacing> RateController::paced_by() const {
    auto found = pace_.found();
    if (!found) {
        // Random loss does not lower the rate, but its repair takes a part of it.
        const auto lossiest = receivers_.lossiest();
        return lossiest ? std::optional(Pacing{*lossiest, Cause::loss}) : std::nullopt;
    }
    // It turned out that the loss went with the rate: that is a link which takes no more.
    const Receiver* known = receivers_.find(found->node);
    const bool by_rate = known != nullptr && !known->loss.testing() &&
                         known->loss.baseline() < Receivers::kNotableLoss;
    if (found->cause == Cause::loss && by_rate) found->cause = Cause::link;
    return found;
}

std::optional<double> RateController::greatest_base() const {
    if (fixed_ || receivers_.all().empty()) return std::nullopt;
    return receivers_.greatest_baseline();
}

void RateController::on_idle() {
    if (!holding()) epoch_.on_idle();
}

void RateController::on_sample(NodeId node, const Sample& sample) {
    epoch_.on_news();
    Receiver& r = receivers_.at(node);
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
    if (static_cast<double>(sample.expected) > longest_report() && !sample.estimate) return;
    if (probe_) return probe_->on_sample(r, sample, earlier);
    r.epoch.seen.add(Tally::of(sample));
}

// Packets that a report may tell of. One that tells of more comes from a receiver that was cut off:
// what it lost meanwhile says nothing of the rate.
double RateController::longest_report() const {
    const ByteCount bytes =
        static_cast<ByteCount>(rate_.bytes_in(std::max(kLongestReport, 4 * round_)));
    return static_cast<double>(std::max(bytes / kPacketBytes, kPatientPackets));
}

void RateController::forget(NodeId node) {
    receivers_.forget(node);
    pace_.forget(node);
    epoch_.on_news();  // it is not waited for
}

void RateController::leave(NodeId node) {
    forget(node);
    resume(node);
}

// The rate was that one's as long as it was slower than the others: they took more before.
void RateController::resume(NodeId node) {
    pace_.forget(node);
    if (congested_by_ != node) return;
    congested_by_.reset();
    const double others = kAfterCut * receivers_.delivery_bps(kStart.bps());
    if (others > kClearlyMore * settled().bps()) restart(DataRate::bits_per_second(others));
}

void RateController::set_aside(NodeId node) {
    if (receivers_.set_aside(node)) epoch_.on_news();
    resume(node);
}

void RateController::release(NodeId node, DataRate others) {
    leave(node);
    if (fixed_ || settled().bps() > kAfterCut * others.bps()) return;
    restart(others * kAfterCut);  // what was cut, or found out, was that one's
}

void RateController::restart(DataRate rate) {
    if (fixed_) return;
    receivers_.end_loss_tests();
    tests_.clear();
    pace_.clear();
    probe_.reset();
    congested_.bps = 0;
    growth_.stop_start();
    queue_.stop();
    competition_.stop();
    competition_.forget_history();
    epoch_.stop();
    set(rate.bps());
}

void RateController::expect_loss(NodeId node, double loss, DataRate rate) {
    receivers_.expected(node).loss.expect(loss);
    restart(std::max(rate, settled()));
}

void RateController::on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                             std::size_t attached) {
    if (!epoch_.running()) {
        if (!std::exchange(begun_, true) && !fixed_ && may_probe()) start_first_probe();
        begin_epoch(now, next);
        if (probe_) epoch_.count_all();  // the first report tells of what left before, too
    }
    epoch_.on_sent(bytes);
    if (probe_) go_on_probing(now, next);
    const Duration lasted = epoch_.lasted(now);
    if (lasted < kMinEpoch) return;
    const Duration slow = rate_.time_for(kPatientPackets * kPacketBytes);  // or none is heard
    const bool over = lasted >= std::max({kPatience, 4 * round, slow});
    // Between two reports nothing becomes known: runs are many more than they are.
    if (!over && !epoch_.news()) return;
    const Stock stock = take_stock(next, attached, lasted);
    if (!over && !(stock.all && stock.enough)) return;
    round_ = round;
    end_epoch(now, stock.all);
    begin_epoch(now, next);
}

// Whether enough is known of the packets of this epoch.
RateController::Stock RateController::take_stock(std::int64_t next, std::size_t attached,
                                                 Duration lasted) {
    epoch_.take_stock();
    const double sure = std::clamp(epoch_.packets(next) / kSurePart, kSurePackets, kMostSure);
    std::size_t heard = 0;
    bool enough = true;
    for (const auto& [node, r] : receivers_.all()) {
        heard += probe_ ? probe_->heard_from(r) : r.epoch.seen.sent >= kMinPackets;
        enough = enough && (probe_ ? probe_->heard_from(r) : r.loss.is_sure(r.epoch, sure, lasted));
    }
    return {.all = attached > 0 && heard >= attached, .enough = enough};  // nobody: nothing
}

void RateController::begin_epoch(Time now, std::int64_t next) {
    epoch_.begin(now, next, rate_.bps(), probe_.has_value());
    link_.begin_epoch();
    if (probe_) begin_step(next);
    receivers_.begin_epoch();
}

// How fast it went in this epoch.
Sending RateController::measure(Time now) {
    const Sending sending = epoch_.sending(now);
    link_.on_sent(sending.bps, sending.lasted);
    return sending;
}

EpochReport RateController::report(Time now, bool all_heard) {
    EpochReport report;
    report.bps = rate_.bps();
    report.app_limited = epoch_.app_limited();
    report.link_busy = link_.busy();
    report.all_heard = all_heard && (!probe_ || steps_seen(receivers_));
    report.receivers.reserve(receivers_.all().size());
    for (const auto& [node, r] : receivers_.all())
        report.receivers.push_back({NodeId{node}, r.epoch});
    if (probe_)
        report = probe_->evaluate(std::move(report), receivers_);
    else
        report.sending = measure(now);
    report.link_queue = link_.queue(now, report.sending.bps);
    return report;
}

LossContext RateController::loss_context(const EpochReport& report) const {
    return {.bps = report.bps,
            .used_bps = used_bps(report),
            .congested = congested_,
            .group = report.receivers.size(),
            .fixed = fixed_.has_value(),
            .competing = competition_.active(),
            .probed = probe_.has_value(),
            .may_probe = !fixed_ && !probe_ && !congested_.known() && may_probe() &&
                         !queue_seen(report, receivers_)};
}

void RateController::end_epoch(Time now, bool all_heard) {
    const EpochReport epoch = report(now, all_heard);
    if (probe_) set(epoch.bps);  // of the step that is judged
    const Verdict verdict = judge(epoch, loss_context(epoch), receivers_, tests_);
    if (verdict.restore) {
        congested_ = verdict.restore->congested;  // nothing was congested after all
        set(std::max(rate_.bps(), verdict.restore->bps));
    }
    // A fixed rate says nothing of what one takes.
    pace_.on_epoch(now, verdict.troubles, fixed_ ? 0 : rate_.bps(), epoch.link_busy);
    if (!fixed_) act(now, epoch, verdict);
    queue_.look(now, verdict);
}

// What the rate came to in the epoch that is judged. There may have been little to send, which is
// no reason to send as little from now on.
double RateController::used_bps(const EpochReport& report) const {
    if (report.app_limited) return rate_.bps();
    const double least = report.link_busy ? LocalLink::kLeastTaken : 0.5;
    return std::clamp(report.sending.bps, least * rate_.bps(), rate_.bps());
}

void RateController::set(double bps) {
    if (!fixed_) rate_ = DataRate::bits_per_second(std::clamp(bps, kMin.bps(), kMax.bps()));
}

}  // namespace mcast::rate
