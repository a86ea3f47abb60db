// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "base/result.hpp"
#include "base/time.hpp"

namespace mcast::session {

/// Converts a time limit of the options for the core. Error: usage (below 0, or no number).
[[nodiscard]] Result<Duration> duration_of(std::chrono::duration<double> given);

}  // namespace mcast::session
