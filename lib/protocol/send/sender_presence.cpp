// SPDX-License-Identifier: MIT
// Who is heard, who is away, and who is back: silence is borne for a while, and costs nobody else.
#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/own_pause.hpp"
#include "protocol/send/sender_impl.hpp"
#include "protocol/silence_words.hpp"

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
constexpr std::size_t kMostNamed = 3;
constexpr Duration kTellAgain = milliseconds(20);

}  // namespace

// What was said while this process stood still waits in the socket: its sleep is no silence of the
// receivers', and their answers are as old as it is long.
void Sender::Impl::on_time(Time now) {
    now_ = now;
    const Duration slept = own_pause(now, timers_.next());
    if (slept == Duration::zero()) return;
    timers_.catch_up(now);
    for (Peer& p : group.all()) {
        for (Time* since : {&p.heard, &p.reported}) *since += slept;
        p.progress.shift(slept);
    }
    stage.shift(slept);
    timing.shift(slept);
    heard_ += slept;
    woke_ = now;
    object.forget_unsettled();
    rate.control().on_idle();
    watch_.on_pause(slept);
}

void Sender::Impl::on_heard(Time now, Peer& peer) {
    if (now - heard_ > longest_silence()) object.forget_unsettled();
    if (peer.presence == Presence::away) come_back(now, peer);
    peer.heard = heard_ = now;
    watch_.on_heard(peer.node, now);
}

// Of all of them. When it has been longer they, or we, had been cut off.
Duration Sender::Impl::longest_silence() const {
    const Duration between = timing.report_interval() / std::max<std::size_t>(group.awaited(), 1);
    return std::max(timing.settling_time() + kSilentReports * between, kHiccup);
}

bool Sender::Impl::missed(Time now, const Peer& peer) const {
    if (peer.plain) return false;  // what it says is no matter of time
    if (!stage.started())
        return now - peer.heard > std::max(kAwayBefore, kMissedBefore * timing.told_interval());
    return now - std::max(peer.heard, *stage.started()) >
           std::max(kAway, kMissed * timing.told_lately()) + grtt.value();
}

// One that is not heard is not waited for: neither at the beginning nor by the pace.
void Sender::Impl::check_presence(Time now, Peer& peer) {
    if (peer.presence == Presence::away || !missed(now, peer)) return;
    peer.presence = Presence::away;
    if (!stage.started()) {
        peer.counted = false;
        return;
    }
    peer.limited_by = LimitedBy::gone;
    reporters.drop(now, peer);
    rate.control().set_aside(peer.node);
    watch_.leave(peer.node, LimitedBy::gone);
    group.recount_soon();
}

// People are told when the silence has lasted for a while.
void Sender::Impl::tell_silent(Peer& peer) {
    if (!stage.started() || peer.plain || peer.behind_told || !silent(peer)) return;
    peer.behind_told = true;
    notices.tell(SenderEvent::Kind::left_behind, peer.node);
}

// What was sent meanwhile it asks for, and gets it after the new data.
void Sender::Impl::come_back(Time now, Peer& peer) {
    peer.presence = stage.started() ? Presence::returning : Presence::here;
    peer.counted = peer.counted || peer.in_progress();
    // After a long silence what it missed needs some time to come.
    if (now - peer.heard > config.progress_limit / 4)
        peer.progress.excuse(now - config.progress_limit / 2);
    peer.back = now;
    peer.back_sequence = history_.next();
    peer.back_block = object.blocks_begun();
    if (!peer.attached) peer.left_at = now;
}

// It paces us again when it has told of packets that were sent since it is back: before, it may be
// reading what had piled up.
bool Sender::Impl::is_here(Time now, Peer& peer, const rate::Sample& sample) {
    if (peer.presence == Presence::here) return true;
    if (sample.expected == 0 || sample.first < peer.back_sequence) return false;
    peer.presence = Presence::here;
    if (!peer.attached && peer.left_for == LimitedBy::gone)
        take_back(now, peer);
    else if (peer.attached && config.on_slow.detach)
        watch_.attach(peer.node, now);
    if (peer.attached) notices.tell_returned(peer);
    group.recount_soon();
    return true;
}

// What it says of the time before it was away, or we were, says nothing of the way to it.
bool Sender::Impl::stale(const Peer* peer, Time probed) const {
    return probed < woke_ || (peer != nullptr && probed < peer->back);
}

// A receiver whose outcome is known is told so whatever it says, and gets nothing else.
void Sender::Impl::tell_ended(Time now, Peer& peer) {
    if (peer.state == State::failure && now - peer.told < kTellAgain) return;
    peer.told = now;
    notices.confirm(peer);
}

bool Sender::Impl::silent(const Peer& peer) const {
    return (peer.plain || peer.presence == Presence::away) && now_ - peer.heard >= kSilent;
}

// "lab-01, silent for 12 s of 30 s".
std::string Sender::Impl::silent_text() const {
    std::string names;
    std::size_t count = 0;
    Duration longest{};
    for (const Peer& p : group.all()) {
        if (!p.in_progress() || !silent(p)) continue;
        longest = std::max(longest, now_ - p.heard);
        if (++count <= kMostNamed) names += (names.empty() ? "" : ", ") + p.name();
    }
    if (count > kMostNamed) names += " and " + std::to_string(count - kMostNamed) + " more";
    return names + ", " + silence_text(longest, config.progress_limit);
}

// New data waits for it.
std::string Sender::Impl::holding_text(const Peer& peer) const {
    if (!silent(peer)) return peer.name() + " to write out what it has";
    return peer.name() + ", " + silence_text(now_ - peer.heard, config.progress_limit) +
           ": its output is written in order";
}

}  // namespace mcast::protocol
