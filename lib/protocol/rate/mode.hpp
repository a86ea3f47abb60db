// SPDX-License-Identifier: MIT
#pragma once

#include <mcast/status.hpp>

namespace mcast::rate {

class Adaptation;
struct EpochReport;
struct Verdict;

/// How the rate is chosen now, and why it is no higher.
struct ModeState {
    RateMode mode = RateMode::startup;
    RateReason reason = RateReason::start;
    friend bool operator==(const ModeState&, const ModeState&) = default;
};

/// The mode after an epoch; `probing`: a higher rate is being tried.
[[nodiscard]] ModeState mode_of(const Adaptation& adaptation, bool probing,
                                const EpochReport& report, const Verdict& verdict);

}  // namespace mcast::rate
