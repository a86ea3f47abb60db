// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace mcast {

/// Of the library that is linked, as in CMakeLists.txt.
[[nodiscard]] std::string_view version();

}  // namespace mcast
