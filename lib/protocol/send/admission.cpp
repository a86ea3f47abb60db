// SPDX-License-Identifier: MIT
#include "protocol/send/admission.hpp"

#include <algorithm>
#include <utility>

#include "protocol/timestamp.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::seconds;

constexpr int kLeastMissed = 3;  // reports that one has not sent from its old address
constexpr Duration kUnheard = seconds(5);

}  // namespace

Member* Admission::heard(Time now, NodeId node, const Origin& from) {
    Member* member = parts_.group.find(node);
    if (member == nullptr || member->origin != from) {
        ++parts_.stats.foreign;
        return nullptr;
    }
    if (!member->in_progress()) {
        parts_.notices.remind(now, *member);
        return nullptr;
    }
    member->spoke = true;
    parts_.presence.on_heard(now, *member);
    return member;
}

Member* Admission::heard_plain(Time now, NodeId node, const Origin& from) {
    if (parts_.group.find(node) == nullptr) {
        Member* member = add(now, node, {}, true);
        if (member == nullptr) return nullptr;
        member->origin = from;
        // It takes a stream from its first block on only.
        if (parts_.config.object.stream && parts_.object.blocks_begun() > 0)
            clock_.end_member(
                now, *member, State::failure,
                MemberError{.code = ErrorCode::joined_late, .why = MemberError::Why::joined_late});
        clock_.check_gate(now);
    }
    return heard(now, node, from);
}

void Admission::on_join(Time now, NodeId node, const wire::Join& join, const Origin& from) {
    Member* member = parts_.group.find(node);
    const bool other = member != nullptr && member->challenge != join.challenge;
    if (node == parts_.config.node || (other && member->in_progress())) {
        ++parts_.stats.refused;
        return parts_.messages.confirm({node, join.challenge}, wire::ReceiverState::refused,
                                       static_cast<std::uint16_t>(ErrorCode::node_taken));
    }
    if (other) member = nullptr;  // that one has ended: this is another, or the same machine again
    if (member != nullptr && member->origin != from) {
        if (!may_move(now, *member)) {
            ++parts_.stats.foreign;
            return;
        }
        member->origin = from;
    }
    if (member != nullptr && !member->in_progress()) return parts_.notices.remind(now, *member);
    const bool is_new = member == nullptr;
    if (is_new)
        member = take(now, node, join, from);
    else
        parts_.presence.on_heard(now, *member);
    const auto rtt = take_rtt(parts_, now, member, when(join.echo, now));
    if (member == nullptr) return refuse(node, join.challenge);
    if (rtt && member->sets_pace() && parts_.reporters.has(*member))
        parts_.rate.control().on_rtt(member->id(), *rtt);
    if (join.error != 0)
        clock_.end_member(now, *member, State::failure,
                          MemberError{.code = static_cast<ErrorCode>(join.error),
                                      .message = std::string(join.message)});
    else if (is_new && parts_.object.released() > 0)
        clock_.end_member(
            now, *member, State::failure,
            MemberError{.code = ErrorCode::joined_late, .why = MemberError::Why::joined_late});
    if (is_new)
        on_joined(now, *member);  // how far they are is known by then
    else if (member->in_progress())
        parts_.notices.tell(SenderEvent::Kind::rejoined, node);
    parts_.notices.confirm(*member);
}

Member* Admission::take(Time now, NodeId node, const wire::Join& join, const Origin& from) {
    Member* member = add(now, node, std::string(join.host), false);
    if (member == nullptr) return nullptr;
    member->challenge = join.challenge;
    member->origin = from;
    return member;
}

Member* Admission::add(Time now, NodeId node, std::string host, bool plain) {
    if (node == NodeId::none || node == NodeId::any || node == parts_.config.node) return nullptr;
    if (parts_.stage.draining() || parts_.stage.ending()) return nullptr;
    if (parts_.group.full() && !make_room(now)) return nullptr;
    Member* member = &parts_.group.add(node, now);
    member->host = std::move(host);
    member->plain = plain;
    if (parts_.config.on_slow.detach && parts_.stage.started() && !plain)
        parts_.watch.attach(member->index, now);
    if (parts_.timing.offer_outdated()) parts_.due.set(Due::offer);
    parts_.notices.tell(SenderEvent::Kind::joined, node);
    return member;
}

void Admission::on_joined(Time now, const Member& member) {
    if (!parts_.group.many()) return clock_.check_gate(now);
    parts_.group.count_joined(member);
}

// A receiver whose address has changed has been silent at the old one for so long.
bool Admission::may_move(Time now, const Member& member) const {
    return now - member.heard > std::max(kMovedAfter, kLeastMissed * parts_.timing.told_interval());
}

// Receivers that said nothing but their join give up their places in a full table, the oldest
// first.
bool Admission::make_room(Time now) {
    const Member* silent = parts_.group.longest_unheard();
    if (silent == nullptr || now - silent->joined < kUnheard) return false;
    const NodeId node = silent->node;
    parts_.messages.confirm({node, silent->challenge}, wire::ReceiverState::failed,
                            static_cast<std::uint16_t>(ErrorCode::receiver_lost), 1);
    forget(parts_, *silent);
    parts_.group.remove_unheard();
    parts_.notices.tell(SenderEvent::Kind::displaced, node);
    return true;
}

// The receiver hears nothing when the table is full: there may be a place soon, so it is to ask
// again.
void Admission::refuse(NodeId node, std::uint64_t challenge) {
    ++parts_.stats.refused;
    if (parts_.group.full()) return;
    parts_.messages.confirm({node, challenge}, wire::ReceiverState::refused,
                            static_cast<std::uint16_t>(ErrorCode::refused));
}

}  // namespace mcast::protocol
