// SPDX-License-Identifier: MIT
#pragma once

// The rules of the status contract (docs/status.md, "Rules") as pure functions, and as a check
// that tests and debug builds use.

#include <cstdint>
#include <optional>
#include <string>

#include <mcast/status.hpp>

namespace mcast::control {

[[nodiscard]] constexpr bool is_final(State state) {
    return state != State::in_progress;
}

/// Progress of a running session: floor(100 * done / total), at most 99; 0 while the size is
/// unknown or is zero.
[[nodiscard]] int percent_of(std::uint64_t done, std::optional<std::uint64_t> total);

/// Seconds that the rest takes; empty when size or rate is unknown or the session has ended.
[[nodiscard]] std::optional<double> eta_of(const Status& status);

/// What is wrong with a single snapshot by the contract; empty when it keeps all rules.
[[nodiscard]] std::string broken_rule(const Status& status);
/// What is wrong with `after` as a later snapshot of the same session.
[[nodiscard]] std::string broken_rule(const Status& before, const Status& after);

}  // namespace mcast::control
