// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace mcast::protocol {

/// The address and port that a datagram came from. To be compared, and no more: the driver makes it
/// of what its socket says.
struct Origin {
    std::uint64_t high = 0;  ///< of an IPv6 address
    std::uint64_t low = 0;
    std::uint32_t scope = 0;
    std::uint16_t port = 0;
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// The silence of an address after which another is believed of whoever had it.
inline constexpr Duration kMovedAfter = std::chrono::seconds(2);

}  // namespace mcast::protocol
