// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <array>
#include <string>

Octets from_hex(std::string_view text) {
    Octets bytes;
    std::string digits;
    for (const char c : text) {
        if (c == ' ') continue;
        digits += c;
        if (digits.size() < 2) continue;
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
        digits.clear();
    }
    return bytes;
}

Octets octets(std::string_view text) {
    return {text.begin(), text.end()};
}

mcast::crypto::Secret secret_of(std::uint8_t value) {
    std::array<std::uint8_t, mcast::crypto::Secret::kBytes> bytes{};
    bytes.fill(value);
    return mcast::crypto::Secret(bytes);
}
