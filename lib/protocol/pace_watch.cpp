// SPDX-License-Identifier: MIT
#include "protocol/pace_watch.hpp"

#include <algorithm>

namespace mcast::protocol {
namespace {

constexpr double kSureLoss = 0.3;
constexpr double kAlike = 0.5;  // of the worst: that one is in the same trouble
constexpr int kTimes = 2;       // one hiccup is no reason to name somebody
constexpr int kTimesToReplace = 3;
constexpr double kBeyond = 1.2;  // times what it took
constexpr double kNear = 0.95;   // of it
constexpr double kSmooth = 0.25;
constexpr Duration kMemory = std::chrono::seconds(5);

}  // namespace

std::optional<PaceWatch::Suspicion> PaceWatch::suspect(std::span<const Trouble> receivers,
                                                       bool own_link) {
    const auto worst_by = [&](auto measure) {
        return std::ranges::max_element(receivers, {}, measure);
    };
    const auto judged = [&](auto measure, bool alone) -> std::optional<Suspicion> {
        const auto worst = worst_by(measure);
        if (worst == receivers.end() || measure(*worst) <= 0) return std::nullopt;
        const auto alike = std::ranges::count_if(
            receivers, [&](const Trouble& t) { return measure(t) >= kAlike * measure(*worst); });
        const auto all = std::ssize(receivers);
        if (2 * alike > all && !(alone && all == 1)) return Suspicion{};
        return Suspicion{Pacing{worst->node, worst->cause}, worst->lost > kSureLoss};
    };
    // A queue before the only one there is may be of our own making, as a try of a higher rate is.
    if (const auto by_loss = judged([](const Trouble& t) { return t.lost; }, true)) return by_loss;
    const auto by_queue = judged([](const Trouble& t) { return to_seconds(t.queue); }, false);
    return by_queue && own_link ? Suspicion{} : by_queue;
}

void PaceWatch::on_epoch(Time now, std::span<const Trouble> receivers, double bps, bool own_link) {
    const auto suspicion = suspect(receivers, own_link);
    if (!suspicion) return go_on_clean(now, bps);
    confirm(*suspicion, now, bps);
}

// One that takes so much more, or about as much for so long without any trouble, is in none any
// more. At a lower rate nothing is learnt.
void PaceWatch::go_on_clean(Time now, double bps) {
    if (bps < kNear * bps_) seen_ = now;
    if (bps > kBeyond * bps_ || now - seen_ > kMemory) found_.reset();
}

void PaceWatch::confirm(const Suspicion& suspicion, Time now, double bps) {
    const auto node = suspicion.whom ? std::optional(suspicion.whom->node) : std::nullopt;
    const auto named = found_ ? std::optional(found_->node) : std::nullopt;
    if (node == named) {
        found_ = suspicion.whom;
        seen_ = now;
        bps_ = std::max(bps, bps_ + kSmooth * (bps - bps_));
        times_ = 0;
        return;
    }
    times_ = times_ > 0 && rival_ == node ? times_ + 1 : 1;
    rival_ = node;
    const int needed = (found_ ? kTimesToReplace : kTimes) - (suspicion.sure ? 1 : 0);
    if (times_ < needed) return;
    found_ = suspicion.whom;
    seen_ = now;
    bps_ = bps;
    times_ = 0;
}

void PaceWatch::forget(NodeId node) {
    if (found_ && found_->node == node) found_.reset();
    if (rival_ == node) times_ = 0;
}

void PaceWatch::clear() {
    found_.reset();
    times_ = 0;
}

}  // namespace mcast::protocol
