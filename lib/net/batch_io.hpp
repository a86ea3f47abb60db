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
/// The segments that every kernel with UDP_SEGMENT takes in one send (newer ones take 128).
inline constexpr std::size_t kMaxSegments = 64;
/// The most slots that one receive fills.
inline constexpr std::size_t kMaxSlots = 64;
/// The size of a slot's buffer: no coalesced batch is ever cut off.
inline constexpr std::size_t kSlotBytes = 65536;

/// A run of datagrams to one destination, as consecutive pieces of memory (header, payload, header,
/// payload, ...). Each datagram has `pieces_per_datagram` pieces, of which some may be empty, and
/// `segment` bytes in all; only the last one may be shorter. Nothing is owned or copied.
struct Run {
    std::span<const iovec> pieces;
    std::size_t segment = 0;
    std::size_t count = 0;
    std::size_t pieces_per_datagram = 1;

    /// The rest of the run after the first `sent` datagrams.
    [[nodiscard]] Run after(std::size_t sent) const { return part(sent, count - sent); }
    [[nodiscard]] Run part(std::size_t first, std::size_t length) const {
        MCAST_ASSERT(pieces.size() == count * pieces_per_datagram && first + length <= count);
        return {pieces.subspan(first * pieces_per_datagram, length * pieces_per_datagram), segment,
                length, pieces_per_datagram};
    }
};

/// Room for datagrams that are received. The kernel may coalesce several of one peer in it: each is
/// `segment` bytes long, the last perhaps shorter (each_packet() in packet_io takes them apart).
struct ReceiveSlot {
    MutableBytes buffer;     ///< given by the caller: kSlotBytes
    std::size_t length = 0;  ///< 0: skip it (an empty datagram, or one the buffer is too small for)
    std::size_t segment = 0;  ///< 1 to length, or 0 with length
    Endpoint from;
};

/// Moves batches of datagrams through a socket: segmented and coalesced by the kernel, many with
/// one system call, or one by one. One thread at a time. Allocates nothing per call. Errors are
/// errno values, which UdpSocket puts into words.
class BatchIo {
  public:
    struct Sent {
        std::size_t datagrams = 0;
        int error = 0;  ///< the reason why it is fewer than asked for
    };
    struct Received {
        std::size_t slots = 0;
        int error = 0;  ///< 0 even if nothing was there
        std::optional<std::uint32_t>
            drops;  ///< the socket's count, which wraps around; empty if it was not told
    };

    virtual ~BatchIo() = default;
    [[nodiscard]] virtual Sent send(int fd, const Endpoint& to, const Run& run) = 0;
    [[nodiscard]] virtual Received receive(int fd, std::span<ReceiveSlot> slots) = 0;
    /// True while sends are segmented by the kernel.
    [[nodiscard]] virtual bool offloads() const = 0;
};

/// Uses sendmmsg and recvmmsg; with `offload` also UDP_SEGMENT and UDP_GRO. Where the kernel lacks
/// one of them, or a sandbox refuses it, sendmsg or recvmsg takes its place. Sets UDP_GRO on `fd`.
[[nodiscard]] std::unique_ptr<BatchIo> make_linux_batch(int fd, bool offload);

/// Uses sendmsg and recvmsg, one datagram each.
[[nodiscard]] std::unique_ptr<BatchIo> make_plain_batch();

}  // namespace mcast::net
