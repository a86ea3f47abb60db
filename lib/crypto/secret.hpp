// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace mcast::crypto {

/// Overwrites `bytes` in a way that the compiler does not leave out.
void wipe(MutableBytes bytes);

/// The 256 bits that all members of a group share. They are wiped when it goes.
class Secret {
  public:
    static constexpr std::size_t kBytes = 32;

    explicit Secret(const std::array<std::uint8_t, kBytes>& bytes) : bytes_(bytes) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret() { wipe(bytes_); }

    /// A new secret from the random device; empty if the system gives no random numbers.
    [[nodiscard]] static std::optional<Secret> draw();
    /// Reads what text() has written, perhaps with a line end; empty if it is anything else.
    [[nodiscard]] static std::optional<Secret> parse(std::string_view text);
    /// "mcast-key-1:" and the bytes in base64.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    std::array<std::uint8_t, kBytes> bytes_;
};

}  // namespace mcast::crypto
