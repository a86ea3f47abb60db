// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace mcast::wire {

/// A cursor over bytes that came from the network, big-endian. Reading past the end yields zeros
/// and empty views and is remembered: read all fields of a part, then ask ok() once before using
/// any of them. It never reads outside its view and never allocates. The view must outlive it.
class Reader {
  public:
    explicit constexpr Reader(Bytes in) : in_(in) {}

    [[nodiscard]] constexpr bool ok() const { return ok_; }
    [[nodiscard]] constexpr std::size_t remaining() const { return in_.size(); }

    constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(number<1>()); }
    constexpr std::uint16_t u16() { return static_cast<std::uint16_t>(number<2>()); }
    constexpr std::uint32_t u24() { return static_cast<std::uint32_t>(number<3>()); }
    constexpr std::uint32_t u32() { return static_cast<std::uint32_t>(number<4>()); }
    constexpr std::uint64_t u48() { return number<6>(); }
    constexpr std::uint64_t u64() { return number<8>(); }

    constexpr Bytes take(std::size_t size) {
        if (size > in_.size()) {
            fail();
            return {};
        }
        const Bytes taken = in_.first(size);
        in_ = in_.subspan(size);
        return taken;
    }
    constexpr void skip(std::size_t size) { (void)take(size); }
    /// All remaining bytes; the cursor is at the end afterwards.
    constexpr Bytes rest() { return take(in_.size()); }

  private:
    template <std::size_t Size>
    constexpr std::uint64_t number() {
        if (in_.size() < Size) {
            fail();
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < Size; ++i) value = value << 8 | in_[i];
        in_ = in_.subspan(Size);
        return value;
    }
    constexpr void fail() {
        ok_ = false;
        in_ = {};
    }

    Bytes in_;
    bool ok_ = true;
};

}  // namespace mcast::wire
