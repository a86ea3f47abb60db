// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/time.hpp"

namespace mcast::session {

/// "30 s", "2.5 s".
[[nodiscard]] inline std::string seconds_text(Duration time) {
    using std::chrono::milliseconds;
    const auto tenths = std::chrono::duration_cast<milliseconds>(time).count() / 100;
    const std::string whole = std::to_string(tenths / 10);
    return (tenths % 10 == 0 ? whole : whole + "." + std::to_string(tenths % 10)) + " s";
}

/// "silent for 12 s of 30 s".
[[nodiscard]] inline std::string silence_text(Duration silent, Duration limit) {
    return "silent for " + seconds_text(std::chrono::floor<std::chrono::seconds>(silent)) + " of " +
           seconds_text(limit);
}

}  // namespace mcast::session
