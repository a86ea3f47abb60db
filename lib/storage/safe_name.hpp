// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mcast::storage {

/// Why no receiver takes a file of that name, as in "it contains '/'"; empty: it can be a file in a
/// folder and nothing else. That is a name that is not empty, of at most 255 bytes, not "." or
/// "..", without '/', NUL and control characters (ASCII, and the second set of Latin-1 as UTF-8).
/// The one rule for both ends. A leading '-' is fine: the name is never used but behind a folder.
[[nodiscard]] std::string_view name_objection(std::string_view name);

/// A name that came from the network, if there is no objection to it. Else `protocol`, naming it.
[[nodiscard]] Result<std::string> safe_name(std::string_view offered);

/// The objection to a name that nobody here has typed (with --session or --output), though it
/// could be a file: it begins with a dot or a dash, so that it is hidden or reads as an option, or
/// holds characters that are not seen or turn the text around. Empty: nothing.
[[nodiscard]] std::string_view unasked_objection(std::string_view name);

/// For messages: control characters as \x1b, cut at a sensible length.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mcast::storage
