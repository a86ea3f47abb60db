// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/send/sender_impl.hpp"
#include "protocol/voices.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kTellVoices = seconds(1);
constexpr Duration kMuteFor = milliseconds(500);  // beyond eight intervals: it did not hear of it
constexpr double kForget = 0.95;                  // of trouble, with each check
constexpr double kTrouble = 8;                    // requests within about a second
constexpr double kMoreTrouble = 2;                // than any voice has
constexpr std::size_t kTries = 4 * kVoices;

}  // namespace

bool Sender::Impl::voiced() const {
    return auto_rate_ && group.crowded();
}

// Whether the rate waits for what it reports.
bool Sender::Impl::speaks(const Peer& peer) const {
    return !voiced() || peer.voice;
}

Duration Sender::Impl::pace_interval() const {
    return voiced() ? std::min(voice_interval(pacer.rate()), report_interval()) : report_interval();
}

void Sender::Impl::set_voice(Time now, Peer& peer, bool voice) {
    peer.voice = voice;
    peer.voice_since = now;
    peer.trouble = 0;
    rate_control.forget(peer.node);
    if (voice && peer.rtt_min > Duration::zero()) rate_control.on_rtt(peer.node, peer.rtt_min);
    notices.confirm(peer);
    group.recount();
}

// Those who have not heard that they are voices, or are gone, are none.
void Sender::Impl::check_voice(Time now, Peer& peer, bool tell) {
    peer.trouble *= kForget;
    if (!peer.voice) return;
    const Duration mute = 8 * pace_interval() + kMuteFor;
    if (started_at && now - std::max(peer.reported, peer.voice_since) > mute)
        set_voice(now, peer, false);
    else if (tell)
        notices.confirm(peer);
}

// Any will do to begin with. Whoever has more trouble than they, by its requests or its backlog,
// takes the place of the one with the least.
void Sender::Impl::choose_voices(Time now) {
    if (!voiced()) return;
    if (group.voices() == 0)
        for (const Peer& p : group.all()) rate_control.forget(p.node);
    const bool tell = now - voices_told_ >= kTellVoices;
    if (tell) voices_told_ = now;
    Peer* calmest = nullptr;  // of the voices
    Peer* next = nullptr;     // most troubled of the others
    double most = 0;          // trouble of a voice
    for (Peer& p : group.all()) {
        if (!p.sets_pace()) continue;
        check_voice(now, p, tell);
        if (!p.voice && (next == nullptr || p.trouble > next->trouble)) next = &p;
        if (!p.voice) continue;
        most = std::max(most, p.trouble);
        if (calmest == nullptr || p.trouble < calmest->trouble) calmest = &p;
    }
    if (next == nullptr) return;
    if (group.voices() < kVoices) return add_voices(now, *next);
    if (next->trouble < std::max(kTrouble, kMoreTrouble * most)) return;
    set_voice(now, *calmest, false);
    set_voice(now, *next, true);
}

void Sender::Impl::add_voices(Time now, Peer& first) {
    set_voice(now, first, true);
    auto& all = group.all();
    for (std::size_t n = 0; n < kTries && group.voices() < kVoices; ++n) {
        Peer& p = all[rng.below(static_cast<std::uint32_t>(all.size()))];
        if (p.sets_pace() && !p.voice) set_voice(now, p, true);
    }
}

}  // namespace mcast::protocol
