// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <mcast/error.hpp>

#include "protocol/send/errors.hpp"

namespace mcast::session {

/// "lab-01, lab-02 and 3 more": no line grows with the group.
[[nodiscard]] std::string some_of(const std::vector<std::string>& names);

/// The failure of a receiver, and that of a session of the sender, in words.
[[nodiscard]] std::string failure_text(const protocol::MemberError& error);
[[nodiscard]] std::string failure_text(const protocol::SessionError& error);
[[nodiscard]] Error to_error(const protocol::MemberError& error);
[[nodiscard]] Error to_error(const protocol::SessionError& error);

}  // namespace mcast::session
