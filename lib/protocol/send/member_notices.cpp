// SPDX-License-Identifier: MIT
#include "protocol/send/member_notices.hpp"

#include <utility>

namespace mcast::protocol {
namespace {

constexpr int kTellLargeGroup = 2;  // times
constexpr Duration kRemindAgain = std::chrono::milliseconds(20);

wire::ReceiverState state_of(const Member& member) {
    if (member.in_progress())
        return !member.attached  ? wire::ReceiverState::behind
               : member.reporter ? wire::ReceiverState::reporter
                                 : wire::ReceiverState::joined;
    if (member.state == State::success) return wire::ReceiverState::done;
    return member.error && member.error->code == ErrorCode::detached ? wire::ReceiverState::detached
                                                                     : wire::ReceiverState::failed;
}

}  // namespace

void MemberNotices::confirm(const Member& member) {
    messages_.confirm(
        {member.node, member.challenge}, state_of(member),
        member.error ? static_cast<std::uint16_t>(member.error->code) : std::uint16_t{0},
        group_.large() ? kTellLargeGroup : 1);
}

void MemberNotices::remind(Time now, const Member& member) {
    Time& reminded = told_.at(member.index).reminded;
    if (member.state != State::success && now - reminded < kRemindAgain) return;
    reminded = now;
    confirm(member);
}

void MemberNotices::tell_behind(const Member& member) {
    told_.at(member.index).behind = true;
    tell(SenderEvent::Kind::left_behind, member.node);
}

bool MemberNotices::behind_told(const Member& member) const {
    const Told* told = told_.find(member.index);
    return told != nullptr && told->behind;
}

void MemberNotices::forget_behind(const Member& member) {
    if (Told* told = told_.find(member.index)) told->behind = false;
}

void MemberNotices::tell_returned(const Member& member) {
    Told* told = told_.find(member.index);
    if (told != nullptr && std::exchange(told->behind, false))
        tell(SenderEvent::Kind::returned, member.node);
}

std::optional<SenderEvent> MemberNotices::poll() {
    if (events_.empty()) return std::nullopt;
    SenderEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
}

}  // namespace mcast::protocol
