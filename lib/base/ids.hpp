// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

namespace mcast {

/// A NORM node; 0 and 0xffffffff are never real nodes (RFC 5740 section 4.1).
enum class NodeId : std::uint32_t { none = 0, any = 0xffffffff };
/// One run of a sender: a random number (RFC 5740 section 4.2.1).
enum class InstanceId : std::uint16_t {};
/// An object of a sender, as on the wire. The number wraps.
enum class ObjectId : std::uint16_t {};

template <typename Id>
    requires std::is_enum_v<Id>
[[nodiscard]] constexpr auto raw(Id id) {
    return static_cast<std::underlying_type_t<Id>>(id);
}

/// Lower-case hex digits, zero-padded to the width of the id.
template <typename Id>
    requires std::is_enum_v<Id>
[[nodiscard]] std::string to_hex(Id id) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text(2 * sizeof(Id), '0');
    auto value = static_cast<std::uint64_t>(raw(id));
    for (std::size_t i = text.size(); i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
    return text;
}

}  // namespace mcast
