// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "crypto/secret.hpp"

using Octets = std::vector<std::uint8_t>;

/// "01 0a 4d" or "010a4d".
Octets from_hex(std::string_view text);
Octets octets(std::string_view text);
/// The secret whose bytes all are `value`.
mcast::crypto::Secret secret_of(std::uint8_t value);
