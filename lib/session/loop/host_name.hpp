// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace mcast::session {

inline constexpr std::size_t kLongestHost = 64;  ///< bytes of a host's name in an offer or a join

/// The name of this machine, cut to what an offer or a join can hold.
[[nodiscard]] std::string host_name();

}  // namespace mcast::session
