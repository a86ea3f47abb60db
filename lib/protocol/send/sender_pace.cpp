// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>

#include "protocol/send/sender_impl.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kSettled = seconds(3);  // after the beginning rates say something
constexpr Duration kTellBehind = milliseconds(500);
constexpr ByteCount kLittle = 50;  // a fiftieth of the object: it may be repaired at once
constexpr int kMostReturns = 3;
constexpr Duration kDropAfter = seconds(2);
// One that was left behind by a hiccup is back after a second: then nobody is accused.
constexpr Duration kTellAfter = milliseconds(1500);

}  // namespace

// Who keeps the others back is left behind by policy: new data goes at the others' pace, and its
// repair waits until they have all. Then it is those who were left behind among whom that is
// looked at, and so on, until nobody is.
void Sender::Impl::check_slow(Time now) {
    if (!config.on_slow.detach) return;
    if (object.first_pass_done() && group.attached_have(config.object.size)) next_round(now);
    watch_windows(now);
    watch_.look(now, timing.report_interval_of(group.size()));
    for (Peer& p : group.all()) {
        if (!p.in_progress()) continue;
        if (p.presence != Presence::here) {
            // Silence has a limit of its own; but nobody waits for its output.
            if (hold.held_by(p) && group.attached() > 0) leave_behind(now, p, LimitedBy::gone);
        } else if (!p.attached)
            take_back_or_drop(now, p);
        else if (const auto cause = too_slow(now, p))
            leave_behind(now, p, *cause);
        else if (const auto found = watch_.take_unrelated(p.node))
            rate.control().expect_loss(p.node, found->loss, wire_rate(found->sent));
    }
    if (now - behind_told_ < kTellBehind) return;
    behind_told_ = now;
    for (const Peer& p : group.all())
        if (p.in_progress() && !p.attached) notices.confirm(p);
}

std::optional<LimitedBy> Sender::Impl::too_slow(Time now, const Peer& peer) const {
    const auto cause = watch_.slow(peer.node);
    const double least = static_cast<double>(config.on_slow.below_bps);
    if (least <= 0) return cause;
    if (cause && (peer.rate.bps() < least && wire_rate(watch_.takes(peer.node)).bps() < least))
        return cause;
    const bool below = now - *stage.started() > kSettled && peer.rate.bps() < least &&
                       peer.bytes_done < config.object.size && !object.first_pass_done();
    if (!below) return std::nullopt;
    return peer.limited_by == LimitedBy::none ? LimitedBy::network : peer.limited_by;
}

void Sender::Impl::leave_behind(Time now, Peer& peer, LimitedBy cause) {
    peer.attached = false;
    peer.left_at = now;
    peer.left_for = peer.limited_by = cause;
    watch_.leave(peer.node, cause);
    rate.control().release(peer.node, wire_rate(watch_.all_take()));
    group.recount_soon();
    peer.behind_told = false;
    notices.confirm(peer);
}

void Sender::Impl::tell_behind(Time now, Peer& peer) {
    if (peer.behind_told || now - peer.left_at < kTellAfter) return;
    peer.behind_told = true;
    notices.tell(SenderEvent::Kind::left_behind, peer.node);
}

void Sender::Impl::take_back_or_drop(Time now, Peer& peer) {
    if (can_return(peer)) return take_back(now, peer);
    tell_behind(now, peer);
    if (config.on_slow.drop && now - peer.left_at >= kDropAfter) drop(now, peer);
}

// It was a hiccup: what it lacks is mended in passing.
bool Sender::Impl::can_return(const Peer& peer) const {
    if (!watch_.keeps_up(peer.node) || peer.returns == kMostReturns) return false;
    return group.most_done() <= peer.bytes_done + config.object.size / kLittle;
}

void Sender::Impl::drop(Time now, Peer& peer) {
    end_peer(now, peer, State::failure,
             Error{ErrorCode::detached, 0,
                   "too slow for the others: " + std::string(cause_text(peer.left_for))});
}

void Sender::Impl::take_back(Time now, Peer& peer) {
    ++peer.returns;
    peer.attached = true;
    notices.tell_returned(peer);
    peer.left_for = LimitedBy::none;
    peer.paces = peer.window_end != Peer::kNoWindow && peer.window_end > object.position();
    watch_.attach(peer.node, now);
    group.recount_soon();
    notices.confirm(peer);
}

// Now it is the turn of those who were left behind.
void Sender::Impl::next_round(Time now) {
    bool any = false;
    for (Peer& p : group.all()) {
        if (!p.in_progress() || p.attached || p.presence == Presence::away) continue;
        if (config.on_slow.drop && p.left_for != LimitedBy::gone) {
            drop(now, p);
            continue;
        }
        // It is not as far as the others, told or not.
        if (p.bytes_done + config.object.size / kLittle < config.object.size)
            tell_behind(p.left_at + kTellAfter, p);
        any = p.attached = true;
        if (!p.plain) watch_.attach(p.node, now);
        p.progress.excuse(now);
        notices.confirm(p);
    }
    if (!any) return;
    group.recount();
    const double takes = watch_.most_take();
    if (takes > 0) rate.control().restart(wire_rate(takes));
}

// Of one whose output stands still others know nothing but that they wait: they have written out
// what they have.
void Sender::Impl::watch_windows(Time now) {
    const Duration passed = now - watched_;
    watched_ = now;
    const Peer* slowest = hold.holder();
    std::size_t idle = 0;
    for (const Peer& p : group.all()) {
        if (!p.sets_pace() || &p == slowest) continue;
        idle += !p.paces || p.bytes_done + p.window <= p.window_end + p.window / 4;
    }
    const bool blamed = slowest != nullptr && idle > 0 && 2 * (idle + 1) > group.attached();
    for (const Peer& p : group.all())
        if (p.sets_pace()) watch_.on_holding(p.node, passed, blamed && &p == slowest);
}

DataRate Sender::Impl::wire_rate(double packets_per_second) const {
    const std::size_t size =
        config.object.segment_size + wire::data_header_size(config.object.fec_id);
    return DataRate::bytes_per_second(packets_per_second *
                                      static_cast<double>(size + Pacer::kPacketOverhead));
}

// It lacks something that it could have, or that we could have of it: what was sent, room for more,
// or its outcome. One that was left behind waits for the others, if there are any.
bool Sender::Impl::stands_still(const Peer& peer) const {
    if (!peer.attached && group.attached() > 0) return false;
    return hold.held_by(peer) || peer.bytes_reached < object.position() || owes_outcome(peer);
}

// It has had everything, and all that it needs to say so.
bool Sender::Impl::owes_outcome(const Peer& peer) const {
    return object.first_pass_done() && peer.bytes_reached >= config.object.size &&
           messages.digests_complete() && !messages.root().empty();
}

}  // namespace mcast::protocol
