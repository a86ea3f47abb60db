// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace mcast::session {

/// The random numbers of a session: identities that no other session on the network has, and the
/// seed of the core's generator.
struct Entropy {
    NodeId node{};
    InstanceId instance{};
    std::uint32_t transfer = 0;
    std::uint64_t seed = 0;
    std::uint64_t challenge = 0;
};

/// Reads the system's random device. A `node` that the user has chosen is taken as it is. Errors:
/// usage (NORM reserves that node id), internal.
[[nodiscard]] Result<Entropy> draw_entropy(std::optional<std::uint32_t> node);

}  // namespace mcast::session
