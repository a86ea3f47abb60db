// SPDX-License-Identifier: MIT
#include "protocol/send/presence_watch.hpp"

#include <algorithm>

#include "protocol/own_pause.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAway = milliseconds(300);  // a machine may have something else to do
constexpr int kMissed = 3;                     // reports of one that is away, or lost
constexpr Duration kAwayBefore = seconds(5);   // the transfer
constexpr int kMissedBefore = 10;
constexpr Duration kSilent = seconds(1);        // is worth a word
constexpr Duration kHiccup = milliseconds(50);  // of a machine
constexpr int kSilentReports = 8;

}  // namespace

// What was said while this process stood still waits in the socket: its sleep is no silence of the
// receivers', and their answers are as old as it is long.
Duration PresenceWatch::wake(Time now, Time deadline) {
    now_ = now;
    const Duration slept = own_pause(now, deadline);
    if (slept == Duration::zero()) return slept;
    for (Peer& p : parts_.group.all()) {
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

void PresenceWatch::on_heard(Time now, Peer& peer) {
    if (now - heard_ > longest_silence()) parts_.object.forget_unsettled();
    if (peer.presence == Presence::away) come_back(now, peer);
    peer.heard = heard_ = now;
    parts_.watch.on_heard(peer.node, now);
}

// Of all of them. When it has been longer they, or we, had been cut off.
Duration PresenceWatch::longest_silence() const {
    const Duration between =
        parts_.timing.report_interval() / std::max<std::size_t>(parts_.group.awaited(), 1);
    return std::max(parts_.timing.settling_time() + kSilentReports * between, kHiccup);
}

bool PresenceWatch::missed(Time now, const Peer& peer) const {
    if (peer.plain) return false;  // what it says is no matter of time
    const auto& started = parts_.stage.started();
    if (!started)
        return now - peer.heard >
               std::max(kAwayBefore, kMissedBefore * parts_.timing.told_interval());
    return now - std::max(peer.heard, *started) >
           std::max(kAway, kMissed * parts_.timing.told_lately()) + parts_.grtt.value();
}

void PresenceWatch::check(Time now, Peer& peer) {
    if (peer.presence != Presence::away && missed(now, peer)) leave(now, peer);
    // People are told when the silence has lasted for a while.
    if (!parts_.stage.started() || peer.plain || peer.behind_told || !silent(peer)) return;
    peer.behind_told = true;
    parts_.notices.tell(SenderEvent::Kind::left_behind, peer.node);
}

void PresenceWatch::leave(Time now, Peer& peer) {
    peer.presence = Presence::away;
    if (!parts_.stage.started()) {
        peer.counted = false;
        return;
    }
    peer.limited_by = LimitedBy::gone;
    parts_.reporters.drop(now, peer);
    parts_.rate.control().set_aside(peer.node);
    parts_.watch.leave(peer.node, LimitedBy::gone);
    parts_.group.recount_soon();
}

// What was sent meanwhile it asks for, and gets it after the new data.
void PresenceWatch::come_back(Time now, Peer& peer) {
    peer.presence = parts_.stage.started() ? Presence::returning : Presence::here;
    peer.counted = peer.counted || peer.in_progress();
    // After a long silence what it missed needs some time to come.
    if (now - peer.heard > parts_.config.progress_limit / 4)
        peer.progress.excuse(now - parts_.config.progress_limit / 2);
    peer.back = now;
    peer.back_sequence = parts_.history.next();
    peer.back_block = parts_.object.blocks_begun();
    if (!peer.attached) peer.left_at = now;
}

bool PresenceWatch::is_here(Time now, Peer& peer, const rate::Sample& sample) {
    if (peer.presence == Presence::here) return true;
    if (sample.expected == 0 || sample.first < peer.back_sequence) return false;
    peer.presence = Presence::here;
    if (!peer.attached && peer.left_for == LimitedBy::gone)
        parts_.stragglers.take_back(now, peer);
    else if (peer.attached && parts_.config.on_slow.detach)
        parts_.watch.attach(peer.node, now);
    if (peer.attached) parts_.notices.tell_returned(peer);
    parts_.group.recount_soon();
    return true;
}

bool PresenceWatch::stale(const Peer* peer, Time probed) const {
    return probed < woke_ || (peer != nullptr && probed < peer->back);
}

bool PresenceWatch::silent(const Peer& peer) const {
    return (peer.plain || peer.presence == Presence::away) && now_ - peer.heard >= kSilent;
}

}  // namespace mcast::protocol
