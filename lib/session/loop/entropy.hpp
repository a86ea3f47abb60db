// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace mcast::session {

/// What a session needs of chance: identities that no other one on the network has, and the seed
/// of the core's own numbers.
struct Entropy {
    NodeId node{};
    InstanceId instance{};
    std::uint32_t transfer = 0;
    std::uint64_t seed = 0;
    std::uint64_t challenge = 0;
};

/// From the system's random device. `node` (an option of the user) is taken as it is. Errors: usage
/// (a node id that NORM reserves), internal.
[[nodiscard]] Result<Entropy> draw_entropy(std::optional<std::uint32_t> node);

}  // namespace mcast::session
