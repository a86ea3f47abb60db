// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "base/time.hpp"
#include "protocol/rate/tally.hpp"

namespace mcast::rate {

/// Steps of a bandwidth probe at most.
inline constexpr std::size_t kMostSteps = 3;

/// The reports of one receiver on a bandwidth probe.
struct ProbeTally {
    struct OfStep {
        Tally seen;
        Duration rtt_first{};  ///< as it began; 0: none
        Duration rtt_most{};
    };
    std::array<OfStep, kMostSteps> steps;
    Tally held;  ///< packets at the rate between the steps
};

}  // namespace mcast::rate
