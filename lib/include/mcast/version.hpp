// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace mcast {

/// The version of the linked library, as in CMakeLists.txt.
[[nodiscard]] std::string_view version();

/// The version of our private messages; tools of different versions do not understand each other.
[[nodiscard]] int protocol_version();

}  // namespace mcast
