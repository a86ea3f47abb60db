// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "wire/parse_error.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// The common header of all messages (RFC 5740 section 4.1).
///
///    0               1               2               3
///   +-------+-------+---------------+-------------------------------+
///   |version| type  |    hdr_len    |           sequence            |
///   +-------+-------+---------------+-------------------------------+
///   |                           source_id                           |
///   +---------------------------------------------------------------+
///
/// hdr_len counts words of four bytes: fixed part and extensions. The rest is payload.
enum class MessageType : std::uint8_t {
    info = 1,
    data = 2,
    cmd = 3,
    nack = 4,
    ack = 5,
    report = 6
};

inline constexpr std::size_t kCommonHeader = 8;
/// The header size of INFO, and of DATA and CMDs before their payload id or extensions.
inline constexpr std::size_t kSenderHeader = 16;
/// The longest header that we write, including extensions.
inline constexpr std::size_t kMaxHeader = 64;

/// Flags of INFO and DATA. NRL's 0x40 (SYN) is kept and has no meaning here.
inline constexpr std::uint8_t kFlagRepair = 1;
inline constexpr std::uint8_t kFlagExplicit = 2;
inline constexpr std::uint8_t kFlagInfo = 4;
inline constexpr std::uint8_t kFlagUnreliable = 8;
inline constexpr std::uint8_t kFlagFile = 0x10;
inline constexpr std::uint8_t kFlagStream = 0x20;

/// The node that sent a message. A sender's sequence grows by one with each message and wraps; NRL:
/// a receiver's is always 0.
struct Source {
    std::uint16_t sequence = 0;
    NodeId node = NodeId::none;
    friend bool operator==(const Source&, const Source&) = default;
};

/// The sender word of INFO, DATA and CMD, quantised as on the wire (quantize.hpp).
///
///    8               9              10              11
///   +-------------------------------+---------------+-------+-------+
///   |          instance_id          |     grtt      |backoff| gsize |
///   +-------------------------------+---------------+-------+-------+
struct SenderFields {
    InstanceId instance{};
    std::uint8_t grtt = 0;
    std::uint8_t backoff = 0;  ///< 4 bits
    std::uint8_t gsize = 0;    ///< 4 bits
    friend bool operator==(const SenderFields&, const SenderFields&) = default;
};

/// The timestamp of CMD(CC), echoed in NACK and ACK. 0,0 means none.
struct Timestamp {
    std::uint32_t seconds = 0;
    std::uint32_t microseconds = 0;
    [[nodiscard]] constexpr bool none() const { return seconds == 0 && microseconds == 0; }
    friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

/// A datagram split into its parts; `body` is the header after the common 8 bytes, with extensions.
struct Header {
    MessageType type{};
    Source source{};
    Bytes body{};
    Bytes payload{};
};

[[nodiscard]] Parsed<Header> parse_header(Bytes datagram);

/// `header_size`: bytes of the fixed part and all extensions.
void write_header(Writer& out, MessageType type, std::size_t header_size, const Source& source);

[[nodiscard]] SenderFields read_sender(Reader& in);
void write_sender(Writer& out, const SenderFields& sender);

[[nodiscard]] Timestamp read_timestamp(Reader& in);
void write_timestamp(Writer& out, const Timestamp& time);

}  // namespace mcast::wire
