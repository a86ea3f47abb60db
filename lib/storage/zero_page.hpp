// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/units.hpp"

namespace mcast::storage {

/// Zeros to be read again and again, so few that they stay in the cache.
inline constexpr std::array<std::uint8_t, 65536> kZeroPage{};

/// Calls each(offset, run) for runs of zeros that make up [begin, end), until one fails.
template <typename Each>
[[nodiscard]] Result<void> each_zero_run(ByteCount begin, ByteCount end, Each&& each) {
    std::array<iovec, 64> pieces;
    while (begin < end) {
        const ByteCount offset = begin;
        std::size_t count = 0;
        for (; begin < end && count < pieces.size(); ++count) {
            const auto part = std::min<ByteCount>(end - begin, kZeroPage.size());
            // iovec knows no const; the sink only reads.
            pieces[count] = {const_cast<std::uint8_t*>(kZeroPage.data()), part};
            begin += part;
        }
        if (auto done = each(offset, std::span<const iovec>(pieces).first(count)); !done)
            return done;
    }
    return {};
}

}  // namespace mcast::storage
