// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <mcast/status.hpp>

#include "base/ids.hpp"
#include "protocol/send/errors.hpp"

namespace mcast::protocol {

/// The receiver that sets the pace, and why.
struct Pace {
    NodeId node{};
    LimitedBy limited_by = LimitedBy::none;
    Cause cause = Cause::link;
    friend bool operator==(const Pace&, const Pace&) = default;
};

struct SenderEvent {
    enum class Kind : std::uint8_t {
        joined,          ///< `node` joined; it is the one that sent the datagram just handled
        rejoined,        ///< `node` said its join again, maybe from another address: as `joined`
        started,         ///< data begins to flow
        left_behind,     ///< `node` is too slow for the others, see Member::left_for
        returned,        ///< `node`, of which that was told, keeps up again
        receiver_final,  ///< the state of `node` became final
        displaced,       ///< `node`, of which only its join was heard, gave its place to another
        foreign_sender,  ///< another sender, `node`, speaks on our group and port
        same_node,       ///< ... with our node id
        same_name,       ///< ... and offers something under our name
        plain_receiver,  ///< a plain NORM receiver, `node`, is heard, and not served
        ended,           ///< the last event; `error` empty: success
    };
    Kind kind;
    NodeId node{};
    std::optional<SessionError> error;
};

}  // namespace mcast::protocol
