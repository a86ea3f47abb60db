// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace mcast::rate {

/// The report of one receiver since its last one: how many packets came of those that the sender
/// numbered [first, first + expected).
struct Sample {
    std::int64_t first = 0;
    std::uint64_t expected = 0;
    std::uint64_t received = 0;
    std::uint64_t host_drops = 0;  ///< datagrams or batches that its socket had no room for
    double backlog = 0;            ///< part of its write backlog that is full, 0 to 1
    Duration rtt{};                ///< 0: no sample
    bool estimate = false;         ///< the loss was estimated by the receiver, not counted

    [[nodiscard]] std::int64_t end() const { return first + static_cast<std::int64_t>(expected); }
};

}  // namespace mcast::rate
