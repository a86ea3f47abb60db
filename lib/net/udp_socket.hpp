// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/serial.hpp"
#include "net/batch_io.hpp"
#include "net/endpoint.hpp"
#include "net/interface.hpp"
#include "os/unique_fd.hpp"

namespace mcast::net {

struct SocketOptions {
    Endpoint group;       ///< decides the address family, also of a socket that does not join
    Interface interface;  ///< multicast leaves by it and is joined on it
    int ttl = 1;          ///< of multicast, 0 to 255
    /// true: a member of the group, bound to group and port, which several sockets of a machine may
    /// share. false: bound to the interface's address, for unicast and for itself alone.
    bool join = false;
    std::uint16_t port = 0;                 ///< of a socket that does not join; 0: any that is free
    std::size_t receive_buffer = 8U << 20;  ///< 0: the system's default
    std::size_t send_buffer = 4U << 20;
    bool offload = true;  ///< UDP_SEGMENT and UDP_GRO, if the system has them
    /// Packets that the device's own queue drops count as not sent (IP_RECVERR), as if the socket
    /// were full. Only for a socket that sends to the group alone.
    bool tell_drops = false;
    /// Packets go to the link although the routing table has a gateway for the group
    /// (InterfaceChoice::past_gateway). Only for a socket that sends to the group alone.
    bool past_gateway = false;
};

/// A socket buffer: what was asked for, and what the system gave (net.core.rmem_max and wmem_max
/// bound it for all but root). In bytes, without the kernel's doubling for its own overhead.
struct BufferGrant {
    std::size_t asked = 0;
    std::size_t granted = 0;
    [[nodiscard]] bool full() const { return granted >= asked; }
};

struct SendOutcome {
    std::size_t datagrams = 0;  ///< how many went out
    /// The socket's buffer or the device's queue is full. Wait for POLLOUT, which knows only the
    /// former, and send the rest: `run.after(datagrams)`.
    bool blocked = false;
    bool refused = false;  ///< the device's queue is full, and has dropped the next datagram
};

/// The error source_changed: content that was to be sent was cut off.
[[nodiscard]] std::unexpected<Error> spoilt_content();

/// A non-blocking UDP socket for one multicast group on one interface. It sends runs and receives
/// batches in as few system calls as the kernel allows, never fragments, never blocks, never
/// allocates per call, and hears what its own machine sends. One thread at a time; movable.
/// The environment variable MCAST_BATCH=plain makes every new socket work one datagram at a time.
class UdpSocket {
  public:
    /// Errors: usage (no multicast group, ttl), network naming interface and cause.
    [[nodiscard]] static Result<UdpSocket> open(const SocketOptions& options);

    /// One more handle on the same socket, by which another thread may send. Empty if the process
    /// has no descriptor left.
    [[nodiscard]] std::optional<UdpSocket> twin() const;

    [[nodiscard]] int fd() const { return fd_.get(); }
    /// The address that it is bound to: group and port, or the interface's address and the given
    /// port.
    [[nodiscard]] const Endpoint& local() const { return local_; }
    [[nodiscard]] const BufferGrant& receive_buffer() const { return receive_buffer_; }
    [[nodiscard]] const BufferGrant& send_buffer() const { return send_buffer_; }
    void set_send_buffer(std::size_t bytes);

    /// Sends `run` to `to`, splitting it into batches of at most 64 datagrams and 65507 bytes.
    /// Where the kernel or the device refuses segmentation, this and all later runs go by sendmmsg.
    /// An IPv4 peer to which there is no route is looked for on the link: it was heard there, with
    /// an address of another subnet.
    /// Errors: source_changed (memory of the run is gone: the mapped file was cut short); network,
    /// naming interface, peer and cause.
    [[nodiscard]] Result<SendOutcome> send(const Endpoint& to, const Run& run);
    /// True while runs are segmented by the kernel.
    [[nodiscard]] bool offloads() const { return batch_->offloads(); }

    /// Announces the membership again, for switches that snoop on IGMP or MLD and forget it without
    /// a querier. Meanwhile only packets from `keep` (an address of the group's family) are
    /// received. Does nothing while another socket of this machine is a member on the same
    /// interface, if the system cannot do it, or if it speaks IGMPv2 with a querier.
    void announce_membership(const Endpoint& keep);

    /// Fills slots from the front, at most kMaxSlots of them; 0 when nothing is there. Error:
    /// network.
    [[nodiscard]] Result<std::size_t> receive(std::span<ReceiveSlot> slots);

    /// The number of packets for which this socket had no room (SO_RXQ_OVFL) since it was opened.
    /// The kernel tells it with the next packet that fits, and counts a coalesced batch as one, so
    /// it is a lower bound.
    [[nodiscard]] std::uint64_t drops() const { return drops_; }

  private:
    UdpSocket(UniqueFd fd, const SocketOptions& options, Endpoint local);
    UdpSocket(UniqueFd fd, const UdpSocket& like);
    [[nodiscard]] std::unexpected<Error> send_error(const Endpoint& to, const Run& run,
                                                    int error) const;
    [[nodiscard]] BatchIo::Sent send_on_link(const Endpoint& to, const Run& run) const;
    void forget_errors();

    UniqueFd fd_;
    std::string interface_;
    unsigned interface_index_;
    Endpoint group_;
    bool tells_drops_;
    bool offload_;
    Endpoint local_;
    BufferGrant receive_buffer_;
    BufferGrant send_buffer_;
    std::unique_ptr<BatchIo> batch_;
    SerialUnwrapper<std::uint32_t> drop_counter_;
    std::int64_t first_drop_;
    std::uint64_t drops_ = 0;
};

}  // namespace mcast::net
