// SPDX-License-Identifier: MIT
#include "protocol/send/straggler_policy.hpp"

#include <algorithm>
#include <string>

#include "wire/norm/data.hpp"

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

void StragglerPolicy::check(Time now) {
    if (!parts_.config.on_slow.detach) return;
    if (parts_.object.first_pass_done() && parts_.group.attached_have(parts_.config.object.size))
        next_round(now);
    watch_windows(now);
    parts_.watch.look(now, parts_.timing.report_interval_of(parts_.group.size()));
    for (Peer& p : parts_.group.all())
        if (p.in_progress()) check_peer(now, p);
    if (now - told_ < kTellBehind) return;
    told_ = now;
    for (const Peer& p : parts_.group.all())
        if (p.in_progress() && !p.attached) parts_.notices.confirm(p);
}

void StragglerPolicy::check_peer(Time now, Peer& peer) {
    if (peer.presence != Presence::here) {
        // Silence has a limit of its own; but nobody waits for its output.
        if (parts_.hold.held_by(peer) && parts_.group.attached() > 0)
            leave_behind(now, peer, LimitedBy::gone);
    } else if (!peer.attached) {
        take_back_or_drop(now, peer);
    } else if (const auto cause = too_slow(now, peer)) {
        leave_behind(now, peer, *cause);
    } else if (const auto found = parts_.watch.take_unrelated(peer.node)) {
        parts_.rate.control().expect_loss(peer.node, found->loss, wire_rate(found->sent));
    }
}

std::optional<LimitedBy> StragglerPolicy::too_slow(Time now, const Peer& peer) const {
    const auto cause = parts_.watch.slow(peer.node);
    const double least = static_cast<double>(parts_.config.on_slow.below_bps);
    if (least <= 0) return cause;
    if (cause &&
        (peer.rate.bps() < least && wire_rate(parts_.watch.takes(peer.node)).bps() < least))
        return cause;
    const bool below = now - *parts_.stage.started() > kSettled && peer.rate.bps() < least &&
                       peer.bytes_done < parts_.config.object.size &&
                       !parts_.object.first_pass_done();
    if (!below) return std::nullopt;
    return peer.limited_by == LimitedBy::none ? LimitedBy::network : peer.limited_by;
}

void StragglerPolicy::leave_behind(Time now, Peer& peer, LimitedBy cause) {
    peer.attached = false;
    peer.left_at = now;
    peer.left_for = peer.limited_by = cause;
    parts_.watch.leave(peer.node, cause);
    parts_.rate.control().release(peer.node, wire_rate(parts_.watch.all_take()));
    parts_.group.recount_soon();
    peer.behind_told = false;
    parts_.notices.confirm(peer);
}

void StragglerPolicy::tell_behind(Time now, Peer& peer) {
    if (peer.behind_told || now - peer.left_at < kTellAfter) return;
    peer.behind_told = true;
    parts_.notices.tell(SenderEvent::Kind::left_behind, peer.node);
}

void StragglerPolicy::take_back_or_drop(Time now, Peer& peer) {
    if (can_return(peer)) return take_back(now, peer);
    tell_behind(now, peer);
    if (parts_.config.on_slow.drop && now - peer.left_at >= kDropAfter) drop(peer);
}

// It was a hiccup: what it lacks is mended in passing.
bool StragglerPolicy::can_return(const Peer& peer) const {
    if (!parts_.watch.keeps_up(peer.node) || peer.returns == kMostReturns) return false;
    return parts_.group.most_done() <= peer.bytes_done + parts_.config.object.size / kLittle;
}

void StragglerPolicy::drop(Peer& peer) {
    parts_.outcomes.fail(peer, ErrorCode::detached,
                         "too slow for the others: " + std::string(cause_text(peer.left_for)));
}

void StragglerPolicy::take_back(Time now, Peer& peer) {
    ++peer.returns;
    peer.attached = true;
    parts_.notices.tell_returned(peer);
    peer.left_for = LimitedBy::none;
    peer.paces = peer.window_end != Peer::kNoWindow && peer.window_end > parts_.object.position();
    parts_.watch.attach(peer.node, now);
    parts_.group.recount_soon();
    parts_.notices.confirm(peer);
}

// Now it is the turn of those who were left behind.
void StragglerPolicy::next_round(Time now) {
    bool any = false;
    for (Peer& p : parts_.group.all()) {
        if (!p.in_progress() || p.attached || p.presence == Presence::away) continue;
        if (parts_.config.on_slow.drop && p.left_for != LimitedBy::gone) {
            drop(p);
            continue;
        }
        // It is not as far as the others, told or not.
        if (p.bytes_done + parts_.config.object.size / kLittle < parts_.config.object.size)
            tell_behind(p.left_at + kTellAfter, p);
        any = p.attached = true;
        if (!p.plain) parts_.watch.attach(p.node, now);
        p.progress.excuse(now);
        parts_.notices.confirm(p);
    }
    if (!any) return;
    parts_.group.recount();
    const double takes = parts_.watch.most_take();
    if (takes > 0) parts_.rate.control().restart(wire_rate(takes));
}

// When an output stands still, the other receivers only wait: they have written out what they have.
void StragglerPolicy::watch_windows(Time now) {
    const Duration passed = now - watched_;
    watched_ = now;
    const Peer* slowest = parts_.hold.holder();
    std::size_t idle = 0;
    for (const Peer& p : parts_.group.all()) {
        if (!p.sets_pace() || &p == slowest) continue;
        idle += !p.paces || p.bytes_done + p.window <= p.window_end + p.window / 4;
    }
    const bool blamed = slowest != nullptr && idle > 0 && 2 * (idle + 1) > parts_.group.attached();
    for (const Peer& p : parts_.group.all())
        if (p.sets_pace()) parts_.watch.on_holding(p.node, passed, blamed && &p == slowest);
}

DataRate StragglerPolicy::wire_rate(double packets_per_second) const {
    const ObjectParams& object = parts_.config.object;
    const std::size_t size = object.segment_size + wire::data_header_size(object.fec_id);
    return DataRate::bytes_per_second(packets_per_second *
                                      static_cast<double>(size + Pacer::kPacketOverhead));
}

}  // namespace mcast::protocol
