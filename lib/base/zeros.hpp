// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

namespace mcast {

/// True for content of zeros alone. In real content the first bytes are almost never zero. If they
/// are, memcmp compares the rest with itself, shifted by some bytes, which is the fastest loop
/// there is.
[[nodiscard]] inline bool all_zero(Bytes content) {
    static constexpr std::array<std::uint8_t, 64> kZeros{};
    const std::size_t head = std::min(content.size(), kZeros.size());
    if (head == 0) return true;
    if (std::memcmp(content.data(), kZeros.data(), head) != 0) return false;
    return std::memcmp(content.data(), content.data() + head, content.size() - head) == 0;
}

}  // namespace mcast
