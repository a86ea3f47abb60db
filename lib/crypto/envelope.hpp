// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"

namespace mcast::crypto {

// The envelope around a NORM message (docs/protocol.md, section 5):
//
//  0               1               2               3
// +---------------+---------------+-------------------------------+
// |     0x4D      | R     | suite |            key id             |   0
// +---------------+---------------+-------------------------------+
// |                                                               |   4
// +                         session (48)  +-----------------------+
// |                               |                               |   8
// +-------------------------------+      part (64)                +
// |                                                               |  12
// +                               +-------------------------------+
// |                               |                               |  16
// +-------------------------------+     counter (48)              +
// |                                                               |  20
// +---------------------------------------------------------------+
// |  the message, encrypted ...                                      24
// +---------------------------------------------------------------+
// |  tag (128)                                                    |
// +---------------------------------------------------------------+

/// The first byte. NORM has its version in the upper half of it, and there is no version 4.
inline constexpr std::uint8_t kMark = 0x4D;
inline constexpr std::size_t kHeadSize = 24;
inline constexpr std::size_t kTagSize = 16;
/// The envelope makes a packet longer by so many bytes.
inline constexpr std::size_t kOverhead = kHeadSize + kTagSize;

/// Counters have 48 bits.
inline constexpr std::uint64_t kCounterEnd = 1ULL << 48;

enum class Suite : std::uint8_t { aes_256_gcm = 1, chacha20_poly1305 = 2 };

/// The role of the process that sealed a packet.
enum class Side : std::uint8_t { sender = 0, receiver = 1 };

/// Session and part: 112 random bits that name a stream of packets with a key of its own.
struct StreamId {
    std::uint64_t session = 0;  ///< 48 bits, as long as the process takes part
    std::uint64_t part = 0;     ///< drawn anew every second
    friend bool operator==(const StreamId&, const StreamId&) = default;
};

/// The head in the clear before the message. It is authenticated.
struct Head {
    Side side = Side::sender;
    Suite suite = Suite::aes_256_gcm;
    std::uint16_t key_id = 0;
    StreamId stream;
    std::uint64_t counter = 0;
    friend bool operator==(const Head&, const Head&) = default;
};

/// True if `packet` claims to be sealed.
[[nodiscard]] inline bool is_sealed(Bytes packet) {
    return !packet.empty() && packet.front() == kMark;
}

/// The head of a sealed packet; empty if it is too short for a message or of an unknown suite.
[[nodiscard]] std::optional<Head> parse_head(Bytes packet);
void write_head(const Head& head, std::span<std::uint8_t, kHeadSize> out);

/// The second byte: side and suite.
[[nodiscard]] std::uint8_t kind_byte(Side side, Suite suite);

/// Writes the `bytes` lowest bytes of `value`, the highest first.
void put(std::uint64_t value, std::size_t bytes, std::uint8_t* out);

}  // namespace mcast::crypto
