// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <mcast/status.hpp>

#include "wire/parse_error.hpp"

namespace mcast::protocol {

/// Counts a datagram that is no message, or has impossible content; or is sealed, which is for
/// others.
inline void count_malformed(Stats& stats, wire::ParseError why) {
    if (why == wire::ParseError::sealed) {
        ++stats.unopened;
        ++stats.unopened_kinds[std::string(wire::name(why))];
        return;
    }
    ++stats.malformed;
    ++stats.malformed_kinds[std::string(wire::name(why))];
}

}  // namespace mcast::protocol
