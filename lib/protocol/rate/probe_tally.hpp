// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "base/time.hpp"
#include "protocol/rate/tally.hpp"

namespace mcast::rate {

/// The most steps of a bandwidth probe.
inline constexpr std::size_t kMostSteps = 3;

/// The reports of one receiver on a bandwidth probe.
struct ProbeTally {
    struct OfStep {
        Tally seen;
        Duration rtt_first{};  ///< when the step began; 0: none
        Duration rtt_most{};
    };
    std::array<OfStep, kMostSteps> steps;
    Tally held;  ///< packets at the rate between the steps
};

}  // namespace mcast::rate
