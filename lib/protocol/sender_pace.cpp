// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/sender_impl.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kSettled = seconds(3);  // after the beginning rates say something
constexpr Duration kOutpaced = milliseconds(1500);

}  // namespace

// Who keeps all others below half of what they can take, for a while, is left behind by policy:
// new data goes at the others' pace, and its repair waits until they are done.
void Sender::Impl::check_slow(Time now) {
    if (attached_ == 0 && new_data.done()) {  // now it is their turn
        for (Peer& p : peers.all()) p.attached = p.attached || p.in_progress();
        return recount();
    }
    if (!config.on_slow.detach || new_data.done()) return;
    if (config.on_slow.below_bps > 0) {
        const double least = static_cast<double>(config.on_slow.below_bps);
        for (Peer& p : peers.all())
            if (p.attached && p.in_progress() && now - *started_at > kSettled &&
                p.rate.bps() < least && p.bytes_done < config.object.size)
                leave_behind(p);
        return;
    }
    const auto slow = rate_control.outpaced();
    if (!slow) return outpaced_since_.reset();
    if (!outpaced_since_) outpaced_since_ = now;
    if (now - *outpaced_since_ < kOutpaced) return;
    outpaced_since_.reset();
    if (Peer* peer = peers.find(*slow); peer != nullptr && peer->attached) leave_behind(*peer);
}

void Sender::Impl::leave_behind(Peer& peer) {
    peer.attached = false;
    rate_control.forget(peer.node);
    recount();
}

// It lacks something that it could have: what was sent, or room for more.
bool Sender::Impl::stands_still(const Peer& peer) const {
    const bool holds = peer.paces && peer.attached && held() && peer.window_end <= window_end_;
    return holds || peer.bytes_done < new_data.position();
}

// Who paces us now: how many, and how far they can take new data.
void Sender::Impl::recount() {
    attached_ = 0;
    window_end_ = Peer::kNoWindow;
    for (const Peer& p : peers.all()) {
        if (!p.in_progress() || !p.attached) continue;
        ++attached_;
        if (p.paces) window_end_ = std::min(window_end_, p.window_end);
    }
}

// The receiver that new data waits for; null: none.
const Peer* Sender::Impl::holding() const {
    if (!held()) return nullptr;
    for (const Peer& p : peers.all())
        if (p.in_progress() && p.attached && p.paces && p.window_end <= window_end_) return &p;
    return nullptr;
}

}  // namespace mcast::protocol
