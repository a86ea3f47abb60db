// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/network_facts.hpp"

namespace mcast::session {

/// The packets that a session heard while it waited for the other side in vain.
struct HeardWhileWaiting {
    bool self = false;    ///< its own packets came back from the group
    bool others = false;  ///< something came from another machine or process
};

/// Sentences (lower case, no full stop) on what could keep the two sides apart, the surest first;
/// never none. `feedback_port` is a sender's: receivers answer to it, and what the sender sends to
/// the group should come back. Pure: says only what the facts say.
[[nodiscard]] std::vector<std::string> no_peer_findings(const net::NetworkFacts& facts,
                                                        HeardWhileWaiting heard,
                                                        std::optional<std::uint16_t> feedback_port);

}  // namespace mcast::session
