// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace mcast::sim {

/// A datagram of the sender on its way. Zeros at its end are not kept, only counted: a long fast
/// link has gigabytes under way.
struct Datagram {
    std::vector<std::uint8_t> bytes;
    std::size_t zeros = 0;

    [[nodiscard]] std::size_t size() const { return bytes.size() + zeros; }
    /// All of it; valid until the next call on this thread.
    [[nodiscard]] Bytes whole() const {
        if (zeros == 0) return bytes;
        thread_local std::vector<std::uint8_t> space;
        if (space.size() < size()) space.resize(size());
        std::ranges::copy(bytes, space.begin());
        return Bytes(space).first(size());
    }
};

}  // namespace mcast::sim
