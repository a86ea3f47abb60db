// SPDX-License-Identifier: MIT
#include "protocol/send/straggler_detector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kWindowPackets = 64;  // fewer say little
constexpr Duration kWindow = milliseconds(20);
constexpr double kLossier = 0.9;  // of what the others get
constexpr double kAsGood = 0.97;
constexpr double kSlow = 0.8;                    // of what the others take
constexpr double kMuchSlow = 0.5;                // is seen sooner
constexpr double kSameLoss = 0.7;                // of what was lost before
constexpr double kMuchLost = 0.5;                // and more: nothing but too high a rate does that
constexpr Duration kSwitch = milliseconds(100);  // until it gets what is sent for it
constexpr double kTakesMemory = 3;               // seconds that it is known how much one took
// A judgement has to hold for so long, and in so many windows: one hiccup is no straggler.
constexpr int kWindows = 2;
constexpr Duration kSlowFor = milliseconds(150);
constexpr Duration kMuchSlowFor = milliseconds(50);
constexpr Duration kFullFor = milliseconds(200);  // disks write in bursts
constexpr Duration kLossyFor = milliseconds(500);
constexpr Duration kSilentFor = milliseconds(300);
constexpr Duration kHeldFor = milliseconds(150);
constexpr Duration kGoodFor = milliseconds(1000);
constexpr int kHeldMemory = 4;  // times longer than it waited, that is forgotten

bool lasts(std::optional<Time>& since, bool is, Time now, Duration least) {
    if (!is) return since.reset(), false;
    if (!since) since = now;
    return now - *since >= least;
}

}  // namespace

StragglerDetector::Track* StragglerDetector::find(MemberIndex member) {
    auto* track = tracks_.find(member);
    return track != nullptr && *track ? &**track : nullptr;
}

const StragglerDetector::Track* StragglerDetector::find(MemberIndex member) const {
    const auto* track = tracks_.find(member);
    return track != nullptr && *track ? &**track : nullptr;
}

void StragglerDetector::attach(MemberIndex member, Time now) {
    std::optional<Track>& place = tracks_.at(member);
    const std::optional<Track> old = std::exchange(place, Track());
    Track& track = *place;
    track.begun = track.reported = track.heard = now;
    if (!old || !old->closed) return;
    track.takes = old->takes;
    track.attached_at = now;
    track.compared = false;
    track.part_behind = old->part;
    track.sent_behind = old->delivered / std::max(old->part, 0.01);
}

void StragglerDetector::leave(MemberIndex member, LimitedBy cause) {
    Track* track = find(member);
    if (track == nullptr) return;
    track->attached = false;
    track->cause = cause;
    track->good_since.reset();
}

void StragglerDetector::on_heard(MemberIndex member, Time now) {
    if (Track* track = find(member)) track->heard = now;
}

void StragglerDetector::on_pause(Duration lasted) {
    for (auto& track : tracks_)
        if (track)
            for (Time* since : {&track->heard, &track->reported, &track->begun}) *since += lasted;
}

void StragglerDetector::on_sample(MemberIndex member, Time now, const Sample& sample) {
    Track* found = find(member);
    if (found == nullptr) return;
    Track& t = *found;
    t.heard = t.reported = now;
    t.backlog = sample.backlog;
    t.expected += sample.expected;
    t.received += sample.received;
    t.host_drops += sample.host_drops;
    t.backlog_growth += sample.backlog_growth;
    if (t.expected < kWindowPackets || now - t.begun < kWindow) return;
    t.lasted = now - t.begun;
    const double seconds = to_seconds(t.lasted);
    const auto received = static_cast<double>(t.received);
    t.part = std::min(received / static_cast<double>(t.expected), 1.0);
    t.delivered = received / seconds;
    t.drained = std::max(received - t.backlog_growth, 0.0) / seconds;
    t.dropped = t.host_drops > 0;
    t.fresh = t.closed = true;
    t.begun = now;
    t.expected = t.received = t.host_drops = 0;
    t.backlog_growth = 0;
}

void StragglerDetector::on_holding(MemberIndex member, Duration since_last_look, bool holding) {
    Track* track = find(member);
    if (track == nullptr) return;
    Duration& held = track->held;
    held += holding ? since_last_look : -since_last_look / kHeldMemory;
    held = std::clamp(held, Duration::zero(), 2 * kHeldFor);
}

// The value that at least half of the attached receivers reach.
template <typename Value>
double StragglerDetector::middle(Value&& value) {
    scratch_.clear();
    for (const auto& track : tracks_)
        if (track && track->attached) value(*track, scratch_);
    if (scratch_.empty()) return 0;
    const auto half = scratch_.begin() + static_cast<std::ptrdiff_t>(scratch_.size() / 2);
    std::ranges::nth_element(scratch_, half);
    return *half;
}

void StragglerDetector::look(Time now, Duration interval) {
    const auto each = [](auto get) {
        return [get](const Track& t, std::vector<double>& out) {
            if (t.closed) out.push_back(get(t));
        };
    };
    const double part = middle(each([](const Track& t) { return t.part; }));
    for (auto& track : tracks_) {
        if (!track) continue;
        track->judged = std::exchange(track->fresh, false);
        if (track->judged) judge_window(*track, part, now, interval);
    }
    Group group;
    group.takes = middle(each([](const Track& t) { return t.takes; }));
    for (const auto& track : tracks_) group.size += track && track->attached;
    for (auto& track : tracks_)
        if (track) track->cause = judge(*track, group, now, interval);
}

// Judges a window that has just ended. `part` of the packets came through to the others in it.
void StragglerDetector::judge_window(Track& track, double part, Time now, Duration interval) {
    const bool full = track.backlog > kFullBacklog;
    const bool lossy = track.part < kLossier * part;
    // Packets that had been sent before do not count.
    if (!track.compared && now - track.lasted - track.attached_at > kSwitch + 2 * interval) {
        track.compared = true;
        track.unrelated = !full && !track.dropped && track.part_behind < kLossier &&
                          track.part_behind > kMuchLost &&
                          1 - track.part > kSameLoss * (1 - track.part_behind);
    }
    if (full || lossy) {
        track.takes = full ? std::min(track.drained, track.delivered) : track.delivered;
    } else if (part < kLossier) {
        track.takes = track.delivered;  // something has changed for all
    } else {
        track.takes = std::max(track.takes * std::exp(-to_seconds(track.lasted) / kTakesMemory),
                               track.delivered);
    }
    track.lossy_windows = lossy ? track.lossy_windows + 1 : 0;
    if (!lossy) track.lossy_since.reset();
    if (lossy && !track.lossy_since) track.lossy_since = now - track.lasted;
    const bool good = !full && track.part >= kAsGood * part;
    if (!good) track.good_since.reset();
    if (good && !track.good_since) track.good_since = now;
}

std::optional<LimitedBy> StragglerDetector::judge(Track& track, const Group& group, Time now,
                                                  Duration interval) {
    const Duration silent = std::max(kSilentFor, 8 * interval);
    if (now - track.heard > silent) track.good_since.reset();
    if (!track.attached)
        return track.good_since && now - *track.good_since >= kGoodFor ? std::optional<LimitedBy>()
                                                                       : track.cause;
    if (group.size < 2) return std::nullopt;
    if (track.held >= kHeldFor) return LimitedBy::disk;
    if (!track.closed) return std::nullopt;
    const double ratio = group.takes > 0 ? track.takes / group.takes : 1;
    const bool full = track.backlog > kFullBacklog;
    const Duration least = full ? kFullFor : ratio < kMuchSlow ? kMuchSlowFor : kSlowFor;
    track.slow_windows = ratio < kSlow ? track.slow_windows + track.judged : 0;
    const bool slow =
        lasts(track.slow_since, ratio < kSlow, now, least) && track.slow_windows >= kWindows;
    const bool lossy = track.lossy_since && now - *track.lossy_since >= kLossyFor &&
                       track.lossy_windows >= kWindows;
    if (!slow && !lossy) return std::nullopt;
    return full ? LimitedBy::disk : track.dropped ? LimitedBy::host : LimitedBy::network;
}

std::optional<LimitedBy> StragglerDetector::slow(MemberIndex member) const {
    const Track* track = find(member);
    return track == nullptr || !track->attached ? std::nullopt : track->cause;
}

bool StragglerDetector::keeps_up(MemberIndex member) const {
    const Track* track = find(member);
    return track != nullptr && !track->attached && !track->cause;
}

double StragglerDetector::takes(MemberIndex member) const {
    const Track* track = find(member);
    return track == nullptr ? 0 : track->takes;
}

std::optional<StragglerDetector::Unrelated> StragglerDetector::take_unrelated(MemberIndex member) {
    Track* track = find(member);
    if (track == nullptr || !std::exchange(track->unrelated, false)) return std::nullopt;
    return Unrelated{1 - track->part_behind, track->sent_behind};
}

double StragglerDetector::most_take() {
    return middle([](const Track& t, std::vector<double>& out) {
        if (t.takes > 0) out.push_back(t.takes);
    });
}

double StragglerDetector::all_take() const {
    double least = 0;
    for (const auto& track : tracks_)
        if (track && track->attached && track->takes > 0)
            least = least > 0 ? std::min(least, track->takes) : track->takes;
    return least;
}

}  // namespace mcast::protocol
