// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>

#include "net/endpoint.hpp"
#include "protocol/origin.hpp"

namespace mcast::session {

/// The source address of a datagram, in the form that the core compares.
[[nodiscard]] inline protocol::Origin origin_of(const net::Endpoint& from) {
    protocol::Origin origin{.scope = from.scope(), .port = from.port()};
    if (from.is_v6()) {
        std::memcpy(&origin.high, from.v6().s6_addr, sizeof origin.high);
        std::memcpy(&origin.low, from.v6().s6_addr + sizeof origin.high, sizeof origin.low);
    } else if (!from.empty()) {
        origin.low = from.v4().s_addr;
    }
    return origin;
}

}  // namespace mcast::session
