// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <mcast/error.hpp>

#include "protocol/send/peer_notices.hpp"
#include "protocol/send/send_rate.hpp"
#include "protocol/send/straggler_detector.hpp"

namespace mcast::protocol {

/// Makes the state of a receiver final: whatever watches it forgets it, and it and the driver are
/// told. What that means for the session is not its business. Its parts outlive it.
class Outcomes {
  public:
    Outcomes(Membership& group, SendRate& rate, StragglerDetector& watch, PeerNotices& notices)
        : group_(group), rate_(rate), watch_(watch), notices_(notices) {}

    /// False: it had ended before.
    bool end(Peer& peer, State state, std::optional<Error> error);
    bool fail(Peer& peer, ErrorCode code, std::string message) {
        return end(peer, State::failure, Error{code, 0, std::move(message)});
    }

  private:
    Membership& group_;
    SendRate& rate_;
    StragglerDetector& watch_;
    PeerNotices& notices_;
};

}  // namespace mcast::protocol
