// SPDX-License-Identifier: MIT
#include "protocol/rate/pace_watch.hpp"

#include <algorithm>
#include <cmath>

namespace mcast::rate {
namespace {

constexpr double kAlike = 0.5;  // part of the worst's trouble: from here on it is the same
constexpr double kSuspectLoss = 0.3;
constexpr double kLately = 0.5;  // seconds
constexpr int kTimes = 2;        // one hiccup is no reason to name somebody
constexpr int kTimesToReplace = 4;
constexpr Duration kDoubtAtFirst =
    std::chrono::milliseconds(150);  // the others may report the same
constexpr Duration kDoubtToReplace = std::chrono::milliseconds(500);
constexpr double kBeyond = 1.2;        // times the rate it could take
constexpr double kNearItsRate = 0.95;  // part of the rate it could take
constexpr double kSmooth = 0.25;
constexpr Duration kMemory = std::chrono::seconds(10);
// A receiver takes more than its disk can write until the backlog is full.
constexpr double kBeyondDisk = 2;
constexpr Duration kFilling = std::chrono::seconds(3);
constexpr Duration kDiskMemory = std::chrono::seconds(30);

}  // namespace

void PaceWatch::remember(Time now, std::span<const Trouble> receivers) {
    const double fades = std::exp(-to_seconds(now - remembered_) / kLately);
    remembered_ = now;
    for (Lately& lately : lately_) {
        lately.lost *= fades;
        lately.queue *= fades;
    }
    for (const Trouble& t : receivers) {
        Lately& lately = lately_.at(t.id.index);
        lately.lost += t.lost;
        lately.queue += to_seconds(t.queue);
    }
}

// The receiver that was worst lately, unless more than half of them were nearly as bad.
std::optional<PaceWatch::Suspicion> PaceWatch::worst(std::span<const Trouble> receivers,
                                                     double Lately::* measure) const {
    const Trouble* most = nullptr;
    const auto of = [&](const Trouble& t) { return lately_.find(t.id.index)->*measure; };
    for (const Trouble& t : receivers)
        if (most == nullptr || of(t) > of(*most)) most = &t;
    if (most == nullptr) return std::nullopt;
    const auto alike = std::ranges::count_if(
        receivers, [&](const Trouble& t) { return of(t) >= kAlike * of(*most); });
    const auto all = std::ssize(receivers);
    if (all > 1 && 2 * alike > all) return Suspicion{};
    return Suspicion{Pacing{most->id, most->cause}, most->lost};
}

std::optional<PaceWatch::Suspicion> PaceWatch::suspect(std::span<const Trouble> receivers,
                                                       bool own_link) const {
    if (std::ranges::any_of(receivers, &Trouble::blamed)) return worst(receivers, &Lately::lost);
    if (std::ranges::none_of(receivers, [](const Trouble& t) { return t.queue > Duration{}; }))
        return std::nullopt;
    // A queue before the only receiver may be our own, from a higher rate.
    const bool only = receivers.size() == 1 && !(found_ && found_->id == receivers[0].id);
    return own_link || only ? Suspicion{} : worst(receivers, &Lately::queue);
}

void PaceWatch::on_epoch(Time now, std::span<const Trouble> receivers, double bps, bool own_link) {
    remember(now, receivers);
    const auto suspicion = suspect(receivers, own_link);
    if (suspicion) confirm(*suspicion, now, (1 - suspicion->lost) * bps);
    ripen(now, receivers);
    if (!suspicion) go_on_clean(now, bps);
}

// Clears the receiver that takes much more than before, or about as much for a long time, without
// trouble. A lower rate shows nothing.
void PaceWatch::go_on_clean(Time now, double bps) {
    if (bps < kNearItsRate * bps_) seen_ = now;
    const bool disk = found_ && found_->cause == Cause::disk;
    const bool beyond =
        disk ? bps > kBeyondDisk * bps_ && now - seen_ > kFilling : bps > kBeyond * bps_;
    if (beyond || now - seen_ > (disk ? kDiskMemory : kMemory)) found_.reset();
}

void PaceWatch::confirm(const Suspicion& suspicion, Time now, double bps) {
    const auto whom = suspicion.whom ? std::optional(suspicion.whom->id) : std::nullopt;
    const bool named = whom ? found_ && found_->id == *whom : !found_;
    if (named) {
        const double smoothed = bps_ + kSmooth * (bps - bps_);
        return take_over(suspicion, now, std::max(bps, smoothed));
    }
    const bool again = times_ > 0 && rival_ == whom;
    if (!again) {
        suspected_ = now;
        suspected_bps_ = suspicion.whom && suspicion.lost > kSuspectLoss ? bps : 0;
    }
    times_ = again ? times_ + 1 : 1;
    rival_ = whom;
    const bool long_enough = now - suspected_ >= (found_ ? kDoubtToReplace : kDoubtAtFirst);
    if (times_ >= (found_ ? kTimesToReplace : kTimes) && long_enough)
        take_over(suspicion, now, bps);
}

// Confirms a suspicion after a single great loss, which is no chance. It may not come again, as the
// rate is low afterwards. If the others had time to report it and did not, it is that receiver's
// alone.
void PaceWatch::ripen(Time now, std::span<const Trouble> receivers) {
    if (times_ == 0 || suspected_bps_ <= 0 || found_ || now - suspected_ < kDoubtAtFirst) return;
    const auto suspicion = worst(receivers, &Lately::lost);
    if (suspicion && suspicion->whom && suspicion->whom->id == rival_)
        take_over(*suspicion, now, suspected_bps_);
}

void PaceWatch::take_over(const Suspicion& suspicion, Time now, double bps) {
    found_ = suspicion.whom;
    seen_ = now;
    bps_ = bps;
    times_ = 0;
    suspected_bps_ = 0;
}

void PaceWatch::forget(MemberId id) {
    if (found_ && found_->id == id) found_.reset();
    if (rival_ == id) times_ = 0;
    lately_.forget(id.index);
}

void PaceWatch::clear() {
    found_.reset();
    lately_.clear();
    times_ = 0;
}

}  // namespace mcast::rate
