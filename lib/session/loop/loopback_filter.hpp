// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mcast::session {

/// A sender that listens on its own group gets all its data back by loopback. This makes the kernel
/// drop that on `fd`, at a few instructions a batch and no copy: DATA messages from `own`, address
/// and port. Its commands still come back, which shows that multicast leaves this machine's stack,
/// and so does everything from others. Error: network; the session works without, but slower.
[[nodiscard]] Result<void> drop_own_data(int fd, const net::Endpoint& own);

}  // namespace mcast::session
