// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mcast::storage {

/// A name that came from the network, if it can be a file in a folder and nothing else: not empty,
/// at most 255 bytes, not "." or "..", without '/', NUL and control characters (ASCII, and the
/// second set of Latin-1 as UTF-8). Else `protocol`, naming it. A leading '-' is fine: the name is
/// never used but behind a folder.
[[nodiscard]] Result<std::string> safe_name(std::string_view offered);

/// For messages: control characters as \x1b, cut at a sensible length.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mcast::storage
