// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace mcast::wire {

/// A cursor that writes big-endian numbers into a buffer of the caller, which must outlive it. A
/// buffer that is too small is the caller's fault and breaks an assertion.
class Writer {
  public:
    explicit constexpr Writer(MutableBytes out) : out_(out) {}

    [[nodiscard]] constexpr std::size_t written() const { return written_; }
    [[nodiscard]] constexpr std::size_t room() const { return out_.size() - written_; }

    constexpr void u8(std::uint64_t value) { number<1>(value); }
    constexpr void u16(std::uint64_t value) { number<2>(value); }
    constexpr void u24(std::uint64_t value) { number<3>(value); }
    constexpr void u32(std::uint64_t value) { number<4>(value); }
    constexpr void u48(std::uint64_t value) { number<6>(value); }
    constexpr void u64(std::uint64_t value) { number<8>(value); }

    constexpr void bytes(Bytes in) { std::ranges::copy(in, claim(in.size()).begin()); }
    constexpr void zeros(std::size_t size) { std::ranges::fill(claim(size), std::uint8_t{0}); }

  private:
    constexpr MutableBytes claim(std::size_t size) {
        MCAST_ASSERT(size <= room());
        const MutableBytes claimed = out_.subspan(written_, size);
        written_ += size;
        return claimed;
    }
    template <std::size_t Size>
    constexpr void number(std::uint64_t value) {
        if constexpr (Size < 8) MCAST_ASSERT(value >> (8 * Size) == 0);
        const MutableBytes to = claim(Size);
        for (std::size_t i = Size; i-- > 0; value >>= 8) {
            to[i] = static_cast<std::uint8_t>(value & 0xff);
        }
    }

    MutableBytes out_;
    std::size_t written_ = 0;
};

}  // namespace mcast::wire
