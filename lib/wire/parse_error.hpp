// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace mcast::wire {

/// The reason why a datagram, or a part of it, was not understood. One byte, so that callers can
/// count by kind. Bad input is normal: it allocates nothing and throws nothing.
enum class ParseError : std::uint8_t {
    truncated,         ///< the datagram, its header or a part of it ends before its fields do
    bad_version,       ///< not NORM version 1
    sealed,            ///< an envelope (docs/protocol.md, section 5) that was not opened
    unknown_type,      ///< message type or CMD sub-type that RFC 5740 does not define
    bad_node,          ///< comes from node 0 or 0xffffffff, which are never real
    header_length,     ///< hdr_len below the common header, or past the datagram
    extension_length,  ///< a header extension of length 0, of a wrong length, or past hdr_len
    unknown_fec,       ///< FEC encoding id other than 5 and 129
    bad_fti,           ///< sizes that no object can have, or that the payload id cannot address
    list_length,       ///< a list whose bytes are no multiple of its items, or a count too large
    request_form,      ///< repair request that is neither ITEMS nor RANGES
    request_flags,     ///< repair request for nothing, or for several levels at once
    request_length,    ///< repair request that is empty, ragged, or longer than its message
    request_range,     ///< repair range that runs backwards or leaves its block or object
    not_private,       ///< application payload without our magic
    unknown_version,   ///< private message of another version
    unknown_kind,      ///< private message of another kind
    bad_text,          ///< string that is longer than its message, or not UTF-8
    bad_value,         ///< private message: a field outside its range
};
inline constexpr std::size_t kParseErrors = 19;

template <typename T>
using Parsed = std::expected<T, ParseError>;

/// The enumerator's name.
[[nodiscard]] std::string_view name(ParseError error);

/// True for content that another implementation, or a later version of this one, can rightly send:
/// it is skipped, and the peer is not broken.
[[nodiscard]] constexpr bool is_skippable(ParseError error) {
    switch (error) {
        case ParseError::unknown_type:
        case ParseError::unknown_fec:
        case ParseError::not_private:
        case ParseError::unknown_version:
        case ParseError::unknown_kind:
            return true;
        default:
            return false;
    }
}

}  // namespace mcast::wire
