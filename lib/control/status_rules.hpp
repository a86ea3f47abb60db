// SPDX-License-Identifier: MIT
#pragma once

// The rules of the status contract (docs/status.md, "Rules") as pure functions, and as a check for
// tests.

#include <cstdint>
#include <optional>
#include <string>

#include <mcast/status.hpp>

namespace mcast::control {

[[nodiscard]] constexpr bool is_final(State state) {
    return state != State::in_progress;
}

/// The progress of a running session: floor(100 * done / total), at most 99; 0 while the size is
/// unknown or is zero.
[[nodiscard]] int percent_of(std::uint64_t done, std::optional<std::uint64_t> total);

/// The size that progress counts by: the expected one while none is known.
[[nodiscard]] constexpr std::optional<std::uint64_t> progress_size(const Status& status) {
    return status.bytes_total ? status.bytes_total : status.bytes_expected;
}

/// The seconds that remain; empty if size or rate is unknown, the session has ended,
/// or a stream has more than was expected.
[[nodiscard]] std::optional<double> eta_of(const Status& status);

/// The rule of the contract that a snapshot breaks; empty if it keeps all.
[[nodiscard]] std::string broken_rule(const Status& status);
/// The rule that `after` breaks as a later snapshot of the same session.
[[nodiscard]] std::string broken_rule(const Status& before, const Status& after);

}  // namespace mcast::control
