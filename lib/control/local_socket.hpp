// SPDX-License-Identifier: MIT
#pragma once

// Sockets in the runtime directory.

#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "base/result.hpp"
#include "os/unique_fd.hpp"

namespace mcast::control {

[[nodiscard]] std::string socket_path(const std::string& directory, const std::string& session);
[[nodiscard]] std::string record_path(const std::string& directory, const std::string& session);

/// The address for a path; `usage` if it does not fit (107 bytes).
[[nodiscard]] Result<sockaddr_un> local_address(const std::string& path);
[[nodiscard]] const sockaddr* as_sockaddr(const sockaddr_un& address);

/// A non-blocking stream socket that children do not inherit.
[[nodiscard]] Result<UniqueFd> open_local_socket();

/// A socket that is bound to the path with mode 0600, and listens. `exists` if something has that
/// name.
[[nodiscard]] Result<UniqueFd> listen_at(const std::string& path);

}  // namespace mcast::control
