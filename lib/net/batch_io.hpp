// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sys/uio.h>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "net/endpoint.hpp"

namespace mcast::net {

/// The largest UDP payload over IPv4, and of one segmentation-offload send as a whole.
inline constexpr std::size_t kMaxDatagram = 65507;
/// What every kernel with UDP_SEGMENT takes in one send (newer ones take 128).
inline constexpr std::size_t kMaxSegments = 64;
/// How many slots one receive fills at most.
inline constexpr std::size_t kMaxSlots = 64;
/// What a slot's buffer must hold so that no coalesced batch is ever cut off.
inline constexpr std::size_t kSlotBytes = 65536;

/// A run of datagrams to one destination, as consecutive pieces of memory (header, payload, header,
/// payload, ...). Each datagram has `pieces_per_datagram` pieces, of which some may be empty, and
/// `segment` bytes in all; only the last one may be shorter. Nothing is owned or copied.
struct Run {
    std::span<const iovec> pieces;
    std::size_t segment = 0;
    std::size_t count = 0;
    std::size_t pieces_per_datagram = 1;

    /// What is left after the first `sent` datagrams.
    [[nodiscard]] Run after(std::size_t sent) const { return part(sent, count - sent); }
    [[nodiscard]] Run part(std::size_t first, std::size_t length) const {
        MCAST_ASSERT(pieces.size() == count * pieces_per_datagram && first + length <= count);
        return {pieces.subspan(first * pieces_per_datagram, length * pieces_per_datagram), segment,
                length, pieces_per_datagram};
    }
};

/// Where received datagrams go. One or more of them from one peer, coalesced: each `segment` bytes
/// long, the last perhaps shorter, so
/// `for (at = 0; at < length; at += segment) take(buffer.subspan(at, min(segment, length - at)))`.
struct ReceiveSlot {
    MutableBytes buffer;     ///< given by the caller: kSlotBytes
    std::size_t length = 0;  ///< 0: skip it (an empty datagram, or one the buffer is too small for)
    std::size_t segment = 0;  ///< 1 to length, or 0 with length
    Endpoint from;
};

/// Moves batches of datagrams through a socket: with segmentation and coalescing by the kernel,
/// with one system call for many, or one by one. One thread at a time; nothing is allocated per
/// call. Errors are errno values, into which UdpSocket puts words.
class BatchIo {
  public:
    struct Sent {
        std::size_t datagrams = 0;
        int error = 0;  ///< why it is fewer than asked for
    };
    struct Received {
        std::size_t slots = 0;
        int error = 0;                       ///< 0 also when there was nothing
        std::optional<std::uint32_t> drops;  ///< the socket's wrapping count, when it told
    };

    virtual ~BatchIo() = default;
    [[nodiscard]] virtual Sent send(int fd, const Endpoint& to, const Run& run) = 0;
    [[nodiscard]] virtual Received receive(int fd, std::span<ReceiveSlot> slots) = 0;
    /// True while sends are segmented by the kernel.
    [[nodiscard]] virtual bool offloads() const = 0;
};

/// sendmmsg and recvmmsg; with `offload` also UDP_SEGMENT and UDP_GRO. Each of them gives way to
/// sendmsg or recvmsg where the kernel does not have it, or a sandbox refuses it. Sets UDP_GRO on
/// `fd`.
[[nodiscard]] std::unique_ptr<BatchIo> make_linux_batch(int fd, bool offload);

/// sendmsg and recvmsg, one datagram each.
[[nodiscard]] std::unique_ptr<BatchIo> make_plain_batch();

}  // namespace mcast::net
