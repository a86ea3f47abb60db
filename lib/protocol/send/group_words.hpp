// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <mcast/error.hpp>

#include "base/time.hpp"
#include "protocol/send/membership.hpp"

namespace mcast::protocol {

/// Why no receiver has it: how many failed, and why the first of them did. `patience`: how long the
/// first of them could have been silent.
[[nodiscard]] std::string failures_text(const Membership& group, Duration patience);

/// Why those expected hosts are missing that do not have it: they never came, or they failed.
[[nodiscard]] Error missing_error(const Membership& group, const std::vector<std::string>& names);

/// Why a session gives up that waits for receivers: so many have not come in time.
[[nodiscard]] Error late_error(const Membership& group);

}  // namespace mcast::protocol
