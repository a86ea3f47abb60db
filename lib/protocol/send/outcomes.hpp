// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include "protocol/send/member_notices.hpp"
#include "protocol/send/send_rate.hpp"
#include "protocol/send/straggler_detector.hpp"

namespace mcast::protocol {

/// Makes the state of a receiver final: parts that watch it forget it, and it and the driver are
/// told. The meaning for the session is decided elsewhere. Its parts outlive it.
class Outcomes {
  public:
    Outcomes(Membership& group, SendRate& rate, StragglerDetector& watch, MemberNotices& notices)
        : group_(group), rate_(rate), watch_(watch), notices_(notices) {}

    /// False: it had ended before.
    bool end(Member& member, State state, std::optional<MemberError> error);
    bool fail(Member& member, MemberError error) {
        return end(member, State::failure, std::move(error));
    }

  private:
    Membership& group_;
    SendRate& rate_;
    StragglerDetector& watch_;
    MemberNotices& notices_;
};

}  // namespace mcast::protocol
