// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario.hpp"

namespace mcast::sim {

/// Rows of a table that answer one question.
struct Named {
    std::string name;
    std::string what;
    std::vector<Scenario> rows;
};

[[nodiscard]] const std::vector<Named>& named_scenarios();
/// A row of a named scenario; both have to exist.
[[nodiscard]] const Scenario& named_row(std::string_view name, std::string_view row);

/// Applies KEY=VALUE to a scenario; false when there is no such key, or the value is none of its.
[[nodiscard]] bool apply_setting(Scenario& scenario, std::string_view setting);
/// All keys with what they mean, one a line.
[[nodiscard]] std::string settings_help();

/// What a scenario that is given on the command line begins as: 64 MiB of zeros, no loss, 10 ms
/// round trip, 100 Mbit/s.
[[nodiscard]] Scenario large();

}  // namespace mcast::sim
