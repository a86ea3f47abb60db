// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mcast::session {

/// Makes the kernel drop DATA messages that come from `own` (address and port) on `fd`, at a few
/// instructions a batch and without a copy. A sender that listens on its own group would get all
/// its data back by loopback. Its commands still come back, which shows that its packets leave the
/// socket; so does everything from others. Nobody sees which of its packets are data if they are
/// `sealed`: then large ones are dropped. Error: network. The session works without, but slower.
[[nodiscard]] Result<void> drop_own_data(int fd, const net::Endpoint& own, bool sealed = false);

}  // namespace mcast::session
