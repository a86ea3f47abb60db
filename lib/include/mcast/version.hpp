// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace mcast {

/// Of the library that is linked, as in CMakeLists.txt.
[[nodiscard]] std::string_view version();

/// Of what this project adds to NORM; tools of different numbers do not understand each other.
[[nodiscard]] int protocol_version();

}  // namespace mcast
