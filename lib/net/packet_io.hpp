// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/run_sealer.hpp"
#include "net/session_seal.hpp"
#include "net/udp_socket.hpp"

namespace mcast::net {

// Every packet of a session passes here on its way from or to a socket, in batches. Plain packets
// are not copied. With a secret each is sealed on the thread that sends it, and opened where it
// lies.

/// Calls take(packet) for each of the packets that came together in `slot`, as they came.
template <typename Take>
void each_packet(const ReceiveSlot& slot, Take&& take) {
    for (std::size_t at = 0; at < slot.length; at += slot.segment) {
        const auto size = std::min(slot.segment, slot.length - at);
        take(slot.buffer.subspan(at, size));
    }
}

/// The message in a packet; empty if it cannot be believed, which is counted. Without a seal the
/// packet is the message.
[[nodiscard]] inline std::optional<Bytes> open_packet(SessionSeal* seal, Time now,
                                                      MutableBytes packet) {
    if (seal == nullptr) return packet;
    return seal->open(now, packet);
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

/// Sends a run of packets, or as much of it as the socket has room for; see UdpSocket::send. With a
/// `sealer` they are those that it has begun, and are sealed first.
[[nodiscard]] inline Result<SendOutcome> send_packets(UdpSocket& socket, const Endpoint& to,
                                                      const Run& run, RunSealer* sealer = nullptr) {
    if (sealer == nullptr) return socket.send(to, run);
    const auto sealed = sealer->seal(run);
    if (!sealed) return spoilt_content();
    return socket.send(to, *sealed);
}

/// Sends a single packet.
[[nodiscard]] inline Result<SendOutcome> send_packet(UdpSocket& socket, const Endpoint& to,
                                                     Bytes packet, RunSealer* sealer = nullptr) {
    // iovec knows no const; sending only reads.
    const iovec piece{const_cast<std::uint8_t*>(packet.data()), packet.size()};
    return send_packets(socket, to, {std::span(&piece, 1), packet.size(), 1, 1}, sealer);
}

}  // namespace mcast::net
