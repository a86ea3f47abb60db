// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace mcast::crypto {

// HKDF with SHA-256 (RFC 5869), by libcrypto. Any thread.

using PseudoRandomKey = std::array<std::uint8_t, 32>;

[[nodiscard]] PseudoRandomKey hkdf_extract(Bytes salt, Bytes secret);
/// Fills `out`, at most 255 * 32 bytes.
void hkdf_expand(const PseudoRandomKey& key, Bytes info, MutableBytes out);

}  // namespace mcast::crypto
