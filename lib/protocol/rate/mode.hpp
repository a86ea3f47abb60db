// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

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

/// After an epoch; `probing`: a higher rate is being tried.
[[nodiscard]] ModeState mode_of(const Adaptation& adaptation, bool probing,
                                const EpochReport& report, const Verdict& verdict);

/// Words of a trace.
[[nodiscard]] constexpr std::string_view name_of(RateMode mode) {
    constexpr std::string_view kNames[] = {"fixed", "startup", "steady",
                                           "drain", "compete", "probe"};
    return kNames[static_cast<unsigned>(mode)];
}
[[nodiscard]] constexpr std::string_view name_of(RateReason reason) {
    constexpr std::string_view kNames[] = {"asked", "start",    "growth", "loss", "queue",
                                           "flow",  "receiver", "link",   "idle"};
    return kNames[static_cast<unsigned>(reason)];
}

}  // namespace mcast::rate
