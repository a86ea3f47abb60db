// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/udp_socket.hpp"
#include "os/unique_fd.hpp"

namespace mcast::net {

/// A new socket that is bound and joined, with all options set but the buffers. Errors: those of
/// UdpSocket::open.
[[nodiscard]] Result<UniqueFd> open_multicast_socket(const SocketOptions& options);

/// Makes the kernel announce that `fd` is a member of `group`, as after a join. Meanwhile only
/// packets from `keep` are received.
void renew_membership(int fd, const Endpoint& group, unsigned interface_index,
                      const Endpoint& keep);

/// The address that `fd` is bound to; empty if the system does not say.
[[nodiscard]] Endpoint bound_endpoint(int fd);

enum class Buffer { receive, send };
/// Asks for `bytes`, beyond the system's limit if this process may; 0 leaves the buffer as it is.
[[nodiscard]] BufferGrant request_buffer(int fd, Buffer which, std::size_t bytes);

}  // namespace mcast::net
