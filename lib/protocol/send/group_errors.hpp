// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "protocol/send/membership.hpp"

namespace mcast::protocol {

/// No receiver has it. `patience`: how long the first of them could have been silent.
[[nodiscard]] SessionError failed_error(const Membership& group, ErrorCode code, Duration patience);

/// These expected hosts do not have it: they never came, or they failed.
[[nodiscard]] SessionError missing_error(const Membership& group,
                                         const std::vector<std::string>& names);

/// A session gives up that waits for receivers: so many have not come in time.
[[nodiscard]] SessionError late_error(const Membership& group);

}  // namespace mcast::protocol
