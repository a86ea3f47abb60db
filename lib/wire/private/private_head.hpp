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

/// What NORM lacks rides in the payload of CMD(APPLICATION), and from receivers in NORM_REPORT.
/// Other implementations skip both. docs/protocol.md specifies each message by byte; each begins:
///
///    0               1               2               3
///   +-------------------------------+---------------+---------------+
///   |      magic = 0x4D43 "MC"      |  version = 2  |     kind      |
///   +-------------------------------+---------------+---------------+
///
/// Bytes behind the fields that are known here are ignored: later versions may add some.
enum class PrivateKind : std::uint8_t {
    offer = 1,
    receiver_states = 2,
    digests = 3,
    end = 4,
    join = 16,
    report = 17,
    digest_request = 18,
    done = 19,
};

inline constexpr std::uint16_t kPrivateMagic = 0x4D43;
inline constexpr std::uint8_t kPrivateVersion = 2;
inline constexpr std::size_t kPrivateHead = 4;

/// Kinds that are kept for offers of other things than a file: trees, streams, images.
inline constexpr std::uint8_t kFirstOtherOffer = 8;
inline constexpr std::uint8_t kLastOtherOffer = 15;

/// One of ours of another version, or an offer of a kind that is not known here, in a
/// CMD(APPLICATION): what made it has to be asked for what can take it.
struct Unknown {
    std::uint8_t version = 0;
    std::uint8_t kind = 0;
};
/// Nothing for what is not ours at all, and for what is understood.
[[nodiscard]] std::optional<Unknown> unknown_offer(Bytes payload);

/// Which message it is. Errors not_private, unknown_version, unknown_kind.
[[nodiscard]] Parsed<PrivateKind> private_kind(Bytes payload);

/// A reader behind the head of a message of that kind; another kind is an unknown_kind here.
[[nodiscard]] Parsed<Reader> open_private(Bytes payload, PrivateKind kind);
void write_private_head(Writer& out, PrivateKind kind);

/// The beginning of `text`, at most so many bytes, fit to be written: cut between characters, and
/// all in '?' beyond ASCII where it is no UTF-8 (a path in a message may be anything).
[[nodiscard]] std::string wire_text(std::string_view text, std::size_t most);

/// Text with its length in front, one or two bytes. Reading: bad_text when it is longer than the
/// message or no UTF-8, truncated when the length is missing. The view is into the message.
[[nodiscard]] Parsed<std::string_view> read_text8(Reader& in);
[[nodiscard]] Parsed<std::string_view> read_text16(Reader& in);
/// At most 255, or 65535, bytes. What is no UTF-8 would be refused by every reader: the caller
/// checks names that come from a file system with is_utf8() first.
void write_text8(Writer& out, std::string_view text);
void write_text16(Writer& out, std::string_view text);

}  // namespace mcast::wire
