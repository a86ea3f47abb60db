// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mcast::storage {

/// NAME_MAX of common file systems.
inline constexpr std::size_t kLongestName = 255;

/// The reason why no receiver takes a file of that name ("it contains '/'"); empty if it can be a
/// file in a folder and nothing else. Such a name has 1 to 255 bytes, is not "." or "..", and
/// contains neither '/' nor NUL nor control characters (ASCII, and the second set of Latin-1 as
/// UTF-8). The same rule holds at both ends. A leading '-' is fine, as the name is only used behind
/// a folder.
[[nodiscard]] std::string_view name_objection(std::string_view name);

/// Returns a name from the network if there is no objection to it. Error: protocol, with the name.
[[nodiscard]] Result<std::string> safe_name(std::string_view offered);

/// The reason not to take a name that could be a file, unless the user has typed it (with --session
/// or --output): it begins with a dot or a dash, so that it is hidden or looks like an option, or
/// it has characters that are invisible or turn the text around. Empty if there is none.
[[nodiscard]] std::string_view unasked_objection(std::string_view name);

/// The text for messages, with control characters as \x1b and cut at a sensible length.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mcast::storage
