// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "wire/parse_error.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// Private messages carry what NORM lacks, in the payload of CMD(APPLICATION), and from receivers
/// in NORM_REPORT. Other implementations skip both. docs/protocol.md specifies each byte. Each
/// begins:
///
///    0               1               2               3
///   +-------------------------------+---------------+---------------+
///   |      magic = 0x4D43 "MC"      |  version = 2  |     kind      |
///   +-------------------------------+---------------+---------------+
///
/// Bytes after the known fields are ignored: later versions may add some.
enum class PrivateKind : std::uint8_t {
    offer = 1,
    receiver_states = 2,
    digests = 3,
    end = 4,
    zeros = 5,
    stream_offer = 8,
    join = 16,
    report = 17,
    digest_request = 18,
    done = 19,
};

inline constexpr std::uint16_t kPrivateMagic = 0x4D43;
inline constexpr std::uint8_t kPrivateVersion = 2;
inline constexpr std::size_t kPrivateHead = 4;

/// Kinds that are reserved for offers of other things than a file or a stream: trees, images.
inline constexpr std::uint8_t kFirstOtherOffer = 9;
inline constexpr std::uint8_t kLastOtherOffer = 15;

/// A private message of another version, or an offer of an unknown kind, in a CMD(APPLICATION): a
/// receiver of the version that made it could take it.
struct Unknown {
    std::uint8_t version = 0;
    std::uint8_t kind = 0;
};
/// Empty if the message is not ours at all, or is understood.
[[nodiscard]] std::optional<Unknown> unknown_offer(Bytes payload);

/// The kind of the message. Errors not_private, unknown_version, unknown_kind.
[[nodiscard]] Parsed<PrivateKind> private_kind(Bytes payload);

/// A reader after the head of a message of that kind; unknown_kind for any other.
[[nodiscard]] Parsed<Reader> open_private(Bytes payload, PrivateKind kind);
void write_private_head(Writer& out, PrivateKind kind);

/// The beginning of `text`, at most so many bytes, ready to be written: cut between characters, and
/// with '?' for all beyond ASCII if it is not UTF-8 (as a path in a message can be).
[[nodiscard]] std::string wire_text(std::string_view text, std::size_t most);

/// Text after its length of one or two bytes. Errors of reading: bad_text if it is longer than the
/// message or not UTF-8, truncated if the length is missing. The view is into the message.
[[nodiscard]] Parsed<std::string_view> read_text8(Reader& in);
[[nodiscard]] Parsed<std::string_view> read_text16(Reader& in);
/// At most 255, or 65535, bytes. Readers refuse text that is not UTF-8: the caller checks names
/// from a file system with is_utf8() first.
void write_text8(Writer& out, std::string_view text);
void write_text16(Writer& out, std::string_view text);

}  // namespace mcast::wire
