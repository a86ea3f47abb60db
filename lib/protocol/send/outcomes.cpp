// SPDX-License-Identifier: MIT
#include "protocol/send/outcomes.hpp"

#include <utility>

namespace mcast::protocol {

bool Outcomes::end(Member& member, State state, std::optional<MemberError> error) {
    if (!member.in_progress()) return false;
    member.state = state;
    member.error = std::move(error);
    rate_.control().leave(member.id());
    watch_.forget(member.index);
    group_.recount_soon();
    notices_.confirm(member);
    notices_.tell(SenderEvent::Kind::receiver_final, member.node);
    return true;
}

}  // namespace mcast::protocol
