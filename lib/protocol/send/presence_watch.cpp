// SPDX-License-Identifier: MIT
#include "protocol/send/presence_watch.hpp"

#include <algorithm>

#include "protocol/own_pause.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAway = milliseconds(300);  // a machine may have something else to do
constexpr Duration kAwayBefore = seconds(5);   // the transfer
constexpr int kMissedReportsBefore = 10;
constexpr Duration kSilent = seconds(1);        // is worth a word
constexpr Duration kHiccup = milliseconds(50);  // of a machine
constexpr int kSilentReports = 8;

}  // namespace

// Messages that came while this process stood still wait in the socket. So its sleep is no silence
// of the receivers, and their answers are as old as it lasted.
Duration PresenceWatch::wake(Time now, Time deadline) {
    now_ = now;
    const Duration slept = own_pause(now, deadline);
    if (slept == Duration::zero()) return slept;
    for (Member& p : parts_.group.all()) {
        for (Time* since : {&p.heard, &p.reported}) *since += slept;
        p.progress.shift(slept);
    }
    parts_.stage.shift(slept);
    parts_.timing.shift(slept);
    heard_ += slept;
    woke_ = now;
    parts_.object.forget_unsettled();
    parts_.rate.control().on_idle();
    parts_.watch.on_pause(slept);
    return slept;
}

void PresenceWatch::on_heard(Time now, Member& member) {
    if (now - heard_ > longest_silence()) parts_.object.forget_unsettled();
    if (member.presence == Presence::away) come_back(now, member);
    member.heard = heard_ = now;
    parts_.watch.on_heard(member.index, now);
}

// The longest silence of the whole group that is usual. After a longer one, the receivers or we had
// been cut off.
Duration PresenceWatch::longest_silence() const {
    const Duration between =
        parts_.timing.report_interval() / std::max<std::size_t>(parts_.group.awaited(), 1);
    return std::max(parts_.timing.settling_time() + kSilentReports * between, kHiccup);
}

bool PresenceWatch::missed(Time now, const Member& member) const {
    if (member.plain) return false;  // what it says is no matter of time
    const auto& started = parts_.stage.started();
    if (!started)
        return now - member.heard >
               std::max(kAwayBefore, kMissedReportsBefore * parts_.timing.told_interval());
    return now - std::max(member.heard, *started) >
           std::max(kAway, kMissedReports * parts_.timing.told_lately()) + parts_.grtt.value();
}

void PresenceWatch::check(Time now, Member& member) {
    if (member.presence != Presence::away && missed(now, member)) leave(now, member);
    // People are told when the silence has lasted for a while.
    if (!parts_.stage.started() || member.plain || !silent(member)) return;
    if (!parts_.notices.behind_told(member)) parts_.notices.tell_behind(member);
}

void PresenceWatch::leave(Time now, Member& member) {
    member.presence = Presence::away;
    if (!parts_.stage.started()) {
        member.counted = false;
        return;
    }
    member.limited_by = LimitedBy::gone;
    parts_.reporters.drop(now, member);
    parts_.rate.control().set_aside(member.id());
    parts_.watch.leave(member.index, LimitedBy::gone);
    parts_.group.recount_soon();
}

// The receiver asks for what it missed, and gets it after the new data.
void PresenceWatch::come_back(Time now, Member& member) {
    member.presence = parts_.stage.started() ? Presence::returning : Presence::here;
    member.counted = member.counted || member.in_progress();
    // Repairs of a long silence need some time to come.
    if (now - member.heard > parts_.config.progress_limit / 4)
        member.progress.excuse(now - parts_.config.progress_limit / 2);
    back_.at(member.index) = {now, parts_.history.next(), parts_.object.blocks_begun()};
    if (!member.attached) parts_.stragglers.on_back(now, member);
}

bool PresenceWatch::is_here(Time now, Member& member, const rate::Sample& sample) {
    if (member.presence == Presence::here) return true;
    const Back* back = back_.find(member.index);
    if (sample.expected == 0 || sample.first < (back != nullptr ? back->sequence : 0)) return false;
    member.presence = Presence::here;
    if (!member.attached && member.left_for == LimitedBy::gone)
        parts_.stragglers.take_back(now, member);
    else if (member.attached && parts_.config.on_slow.detach)
        parts_.watch.attach(member.index, now);
    if (member.attached) parts_.notices.tell_returned(member);
    parts_.group.recount_soon();
    return true;
}

bool PresenceWatch::stale(const Member* member, Time probed) const {
    const Back* back = member == nullptr ? nullptr : back_.find(member->index);
    return probed < woke_ || (back != nullptr && probed < back->at);
}

bool PresenceWatch::silent(const Member& member) const {
    return (member.plain || member.presence == Presence::away) && now_ - member.heard >= kSilent;
}

std::uint32_t PresenceWatch::blocks_before(const Member& member) const {
    const Back* back = back_.find(member.index);
    return back == nullptr ? 0 : back->blocks;
}

}  // namespace mcast::protocol
