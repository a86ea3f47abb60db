// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/udp_socket.hpp"

namespace mcast::net {

// Every packet of a session passes here on its way from or to a socket, in batches and uncopied.

/// Calls take(packet) for each of the packets that came together in `slot`.
template <typename Take>
void each_packet(const ReceiveSlot& slot, Take&& take) {
    for (std::size_t at = 0; at < slot.length; at += slot.segment) {
        const auto size = std::min(slot.segment, slot.length - at);
        take(Bytes(slot.buffer).subspan(at, size));
    }
}

/// Receives once into `slots`, then calls visit(index) for each slot that was filled; visit calls
/// each_packet(). Returns the number of filled slots. Error: network.
template <typename Visit>
[[nodiscard]] Result<std::size_t> receive_packets(UdpSocket& socket, std::span<ReceiveSlot> slots,
                                                  Visit&& visit) {
    const auto count = socket.receive(slots);
    if (!count) return count;
    for (std::size_t i = 0; i < *count; ++i) visit(i);
    return count;
}

/// Sends a run of packets, or as much of it as the socket has room for; see UdpSocket::send.
[[nodiscard]] inline Result<SendOutcome> send_packets(UdpSocket& socket, const Endpoint& to,
                                                      const Run& run) {
    return socket.send(to, run);
}

/// Sends a single packet.
[[nodiscard]] inline Result<SendOutcome> send_packet(UdpSocket& socket, const Endpoint& to,
                                                     Bytes packet) {
    // iovec knows no const; sending only reads.
    const iovec piece{const_cast<std::uint8_t*>(packet.data()), packet.size()};
    return send_packets(socket, to, {std::span(&piece, 1), packet.size(), 1, 1});
}

}  // namespace mcast::net
