// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace mcast::protocol {

/// The address and port that a datagram came from. It is only compared: the driver makes it from
/// its socket's addresses.
struct Origin {
    std::uint64_t high = 0;  ///< of an IPv6 address
    std::uint64_t low = 0;
    std::uint32_t scope = 0;
    std::uint16_t port = 0;
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// The silence of an address after which its owner is believed to have moved to another.
inline constexpr Duration kMovedAfter = std::chrono::seconds(2);

}  // namespace mcast::protocol
