// SPDX-License-Identifier: MIT
#include "protocol/send/straggler_policy.hpp"

#include <algorithm>

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
// A receiver that was left behind for a hiccup is back after a second: people need not hear of it.
constexpr Duration kTellAfter = milliseconds(1500);

}  // namespace

void StragglerPolicy::check(Time now) {
    if (!parts_.config.on_slow.detach) return;
    if (parts_.object.first_pass_done() && parts_.group.attached_have(parts_.config.object.size))
        next_round(now);
    watch_windows(now);
    parts_.watch.look(now, parts_.timing.report_interval_of(parts_.group.size()));
    for (Member& p : parts_.group.all())
        if (p.in_progress()) check_member(now, p);
    if (now - told_ < kTellBehind) return;
    told_ = now;
    for (const Member& p : parts_.group.all())
        if (p.in_progress() && !p.attached) parts_.notices.confirm(p);
}

void StragglerPolicy::check_member(Time now, Member& member) {
    if (member.presence != Presence::here) {
        // Silence has a limit of its own; but nobody waits for its output.
        if (parts_.hold.held_by(member) && parts_.group.attached() > 0)
            leave_behind(now, member, LimitedBy::gone);
    } else if (!member.attached) {
        take_back_or_drop(now, member);
    } else if (const auto cause = too_slow(now, member)) {
        leave_behind(now, member, *cause);
    } else if (const auto found = parts_.watch.take_unrelated(member.index)) {
        parts_.rate.control().expect_loss(member.id(), found->loss, wire_rate(found->sent));
    }
}

std::optional<LimitedBy> StragglerPolicy::too_slow(Time now, const Member& member) const {
    const auto cause = parts_.watch.slow(member.index);
    const double least = static_cast<double>(parts_.config.on_slow.below_bps);
    if (least <= 0) return cause;
    if (cause &&
        (member.rate.bps() < least && wire_rate(parts_.watch.takes(member.index)).bps() < least))
        return cause;
    const bool below = now - *parts_.stage.started() > kSettled && member.rate.bps() < least &&
                       member.bytes_done < parts_.config.object.size &&
                       !parts_.object.first_pass_done();
    if (!below) return std::nullopt;
    return member.limited_by == LimitedBy::none ? LimitedBy::network : member.limited_by;
}

void StragglerPolicy::leave_behind(Time now, Member& member, LimitedBy cause) {
    member.attached = false;
    left_.at(member.index).at = now;
    member.left_for = member.limited_by = cause;
    parts_.watch.leave(member.index, cause);
    parts_.rate.control().release(member.id(), wire_rate(parts_.watch.all_take()));
    parts_.group.recount_soon();
    parts_.notices.forget_behind(member);
    parts_.notices.confirm(member);
}

void StragglerPolicy::tell_behind(Time now, Member& member) {
    if (parts_.notices.behind_told(member) || now - left_.at(member.index).at < kTellAfter) return;
    parts_.notices.tell_behind(member);
}

void StragglerPolicy::take_back_or_drop(Time now, Member& member) {
    if (can_return(member)) return take_back(now, member);
    tell_behind(now, member);
    if (parts_.config.on_slow.drop && now - left_.at(member.index).at >= kDropAfter) drop(member);
}

// A receiver may return when it lacks so little that it is repaired in passing.
bool StragglerPolicy::can_return(const Member& member) const {
    if (!parts_.watch.keeps_up(member.index) || returns(member) == kMostReturns) return false;
    if (member.bytes_done < parts_.object.released()) return false;  // of a stream, what is gone
    return parts_.group.most_done() <= member.bytes_done + parts_.config.object.size / kLittle;
}

void StragglerPolicy::drop(Member& member) {
    parts_.outcomes.fail(
        member,
        {.code = ErrorCode::detached, .why = MemberError::Why::too_slow, .cause = member.left_for});
}

void StragglerPolicy::take_back(Time now, Member& member) {
    ++left_.at(member.index).returns;
    member.attached = true;
    parts_.notices.tell_returned(member);
    member.left_for = LimitedBy::none;
    member.paces =
        member.window_end != Member::kNoWindow && member.window_end > parts_.object.position();
    parts_.watch.attach(member.index, now);
    parts_.group.recount_soon();
    parts_.notices.confirm(member);
}

int StragglerPolicy::returns(const Member& member) const {
    const Left* left = left_.find(member.index);
    return left == nullptr ? 0 : left->returns;
}

// The others have all: those who were left behind are the group now.
void StragglerPolicy::next_round(Time now) {
    bool any = false;
    for (Member& p : parts_.group.all()) {
        if (!p.in_progress() || p.attached || p.presence == Presence::away) continue;
        if (parts_.config.on_slow.drop && p.left_for != LimitedBy::gone) {
            drop(p);
            continue;
        }
        // The receiver lacks much, so people hear of it even if it was left behind just now.
        if (p.bytes_done + parts_.config.object.size / kLittle < parts_.config.object.size)
            tell_behind(left_.at(p.index).at + kTellAfter, p);
        any = p.attached = true;
        if (!p.plain) parts_.watch.attach(p.index, now);
        p.progress.excuse(now);
        parts_.notices.confirm(p);
    }
    if (!any) return;
    parts_.group.recount();
    const double takes = parts_.watch.most_take();
    if (takes > 0) parts_.rate.control().restart(wire_rate(takes));
}

// A receiver whose output stands still shows only indirectly: the others have written out what they
// have, and wait.
void StragglerPolicy::watch_windows(Time now) {
    const Duration passed = now - watched_;
    watched_ = now;
    const Member* slowest = parts_.hold.holder();
    std::size_t idle = 0;
    for (const Member& p : parts_.group.all()) {
        if (!p.sets_pace() || &p == slowest) continue;
        idle += !p.paces || p.bytes_done + p.window <= p.window_end + p.window / 4;
    }
    const bool blamed = slowest != nullptr && idle > 0 && 2 * (idle + 1) > parts_.group.attached();
    for (const Member& p : parts_.group.all())
        if (p.sets_pace()) parts_.watch.on_holding(p.index, passed, blamed && &p == slowest);
}

DataRate StragglerPolicy::wire_rate(double packets_per_second) const {
    const ObjectParams& object = parts_.config.object;
    const std::size_t size =
        object.segment_size + wire::data_header_size(object.fec_id) + parts_.config.envelope;
    return DataRate::bytes_per_second(packets_per_second *
                                      static_cast<double>(size + Pacer::kPacketOverhead));
}

}  // namespace mcast::protocol
