// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <type_traits>

namespace mcast {

/// Unwraps a wrapping serial number (RFC 1982) into 64 bits, so that nothing behind the edge ever
/// compares wrapped values. Each value is taken as the one nearest to the highest seen so far.
template <typename Wrapped>
    requires std::is_unsigned_v<Wrapped>
class SerialUnwrapper {
  public:
    /// The first value unwraps to itself plus one turn, so that older ones stay positive.
    std::int64_t unwrap(Wrapped value) {
        const std::int64_t result = peek(value);
        if (!started_ || result > highest_) highest_ = result;
        started_ = true;
        return result;
    }

    [[nodiscard]] std::int64_t peek(Wrapped value) const {
        if (!started_) return kTurn + value;
        using Signed = std::make_signed_t<Wrapped>;
        const auto delta =
            static_cast<Signed>(static_cast<Wrapped>(value - static_cast<Wrapped>(highest_)));
        return highest_ + delta;
    }

    [[nodiscard]] bool started() const { return started_; }
    [[nodiscard]] std::int64_t highest() const { return highest_; }

  private:
    static constexpr std::int64_t kTurn = std::int64_t{1} << (8 * sizeof(Wrapped));
    std::int64_t highest_ = 0;
    bool started_ = false;
};

}  // namespace mcast
