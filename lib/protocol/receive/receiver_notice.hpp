// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.hpp"
#include "protocol/receive/offer_fault.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::protocol {

/// Something about offers that people are told, once. The words for it are the session's.
struct ReceiverNotice {
    enum class Kind : std::uint8_t {
        nothing,
        other_version,    ///< `node` offers something by `unknown`
        received_before,  ///< the offer of `name` was taken already, by `session`
        senseless,        ///< the offer of `name` by `node` has a `fault`
        skipped,          ///< the driver passes over the offer of `name` by `node`: `why`
        plain_sender,     ///< `node` is a plain sender, which is not taken
        plain_stream,     ///< `node` is one that sends a stream, which is taken from none
        unverified,       ///< nothing of what a plain sender sends can be verified
        unanswered,       ///< nobody answers the join to the offer of `name` by `node`; `why`, if
                          ///< it cannot be taken either
    };

    Kind kind = Kind::nothing;
    NodeId node{};
    std::string name;  ///< from the network: hostile
    std::string why;
    std::string session;
    OfferFault fault;
    wire::Unknown unknown;
};

}  // namespace mcast::protocol
