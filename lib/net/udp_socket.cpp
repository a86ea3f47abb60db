// SPDX-License-Identifier: MIT
#include "net/udp_socket.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

#include "net/socket_setup.hpp"

namespace mcast::net {
namespace {

bool wants_plain() {
    const char* value = std::getenv("MCAST_BATCH");
    return value != nullptr && std::string_view(value) == "plain";
}

std::unique_ptr<BatchIo> make_batch(int fd, bool offload) {
    return wants_plain() ? make_plain_batch() : make_linux_batch(fd, offload);
}

// A unicast peer does not listen any more (ICMP), or a signal came: neither is an error of ours.
bool is_harmless(int error) {
    return error == ECONNREFUSED || error == EINTR;
}

bool is_full(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

std::string cause_of(int error) {
    switch (error) {
        case EPERM:
        case EACCES:
            return "a firewall on this machine refuses it";
        case ENETUNREACH:
        case EHOSTUNREACH:
            return "there is no route, or the interface went down";
        case ENETDOWN:
            return "the interface is down";
        case ENODEV:
        case ENXIO:
        case EADDRNOTAVAIL:
            return "the interface or its address is gone";
        default:
            return std::strerror(error);
    }
}

}  // namespace

std::unexpected<Error> spoilt_content() {
    return fail(ErrorCode::source_changed, "the source was cut short while it was being sent",
                EFAULT);
}

Result<UdpSocket> UdpSocket::open(const SocketOptions& options) {
    auto fd = open_multicast_socket(options);
    if (!fd) return std::unexpected(fd.error());
    Endpoint local = bound_endpoint(fd->get());
    return UdpSocket(std::move(*fd), options, local);
}

UdpSocket::UdpSocket(UniqueFd fd, const SocketOptions& options, Endpoint local)
    : fd_(std::move(fd)),
      interface_(options.interface.name),
      interface_index_(options.interface.index),
      group_(options.group),
      tells_drops_(options.tell_drops),
      offload_(options.offload),
      local_(local),
      receive_buffer_(request_buffer(fd_.get(), Buffer::receive, options.receive_buffer)),
      send_buffer_(request_buffer(fd_.get(), Buffer::send, options.send_buffer)),
      batch_(make_batch(fd_.get(), options.offload)),
      first_drop_(drop_counter_.unwrap(0)) {}

UdpSocket::UdpSocket(UniqueFd fd, const UdpSocket& like)
    : fd_(std::move(fd)),
      interface_(like.interface_),
      interface_index_(like.interface_index_),
      group_(like.group_),
      tells_drops_(like.tells_drops_),
      offload_(like.offload_),
      local_(like.local_),
      receive_buffer_(like.receive_buffer_),
      send_buffer_(like.send_buffer_),
      batch_(make_batch(fd_.get(), offload_)),
      first_drop_(drop_counter_.unwrap(0)) {}

std::optional<UdpSocket> UdpSocket::twin() const {
    UniqueFd fd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
    if (!fd.valid()) return std::nullopt;
    return UdpSocket(std::move(fd), *this);
}

void UdpSocket::set_send_buffer(std::size_t bytes) {
    send_buffer_ = request_buffer(fd_.get(), Buffer::send, bytes);
}

void UdpSocket::announce_membership(const Endpoint& keep) {
    renew_membership(fd_.get(), group_, interface_index_, keep);
}

Result<SendOutcome> UdpSocket::send(const Endpoint& to, const Run& run) {
    if (run.count == 0) return SendOutcome{};
    MCAST_ASSERT(run.segment > 0);
    if (run.segment > kMaxDatagram) return send_error(to, run, EMSGSIZE);
    std::size_t done = 0;
    // The kernel reports an error of an earlier datagram once, at the next call, whoever makes it.
    bool told = !tells_drops_;
    for (;;) {
        auto sent = batch_->send(fd_.get(), to, run.after(done));
        if (sent.error == ENETUNREACH && !to.is_multicast() && !to.is_v6()) {
            sent = send_on_link(to, run.after(done));
        }
        done += sent.datagrams;
        if (sent.error == 0) return SendOutcome{done};
        if (is_full(sent.error)) return SendOutcome{done, true, sent.error == ENOBUFS};
        // The report has cleared that error. A further one is new.
        if (!is_harmless(sent.error) && std::exchange(told, true))
            return send_error(to, run, sent.error);
    }
}

// With a device given, the kernel looks for a peer without a route on the link. That is set for
// this send only, since a missing route may come back.
BatchIo::Sent UdpSocket::send_on_link(const Endpoint& to, const Run& run) const {
    const std::uint32_t device = htonl(interface_index_);
    const std::uint32_t none = 0;
    ::setsockopt(fd_.get(), IPPROTO_IP, IP_UNICAST_IF, &device, sizeof device);
    const auto sent = batch_->send(fd_.get(), to, run);
    ::setsockopt(fd_.get(), IPPROTO_IP, IP_UNICAST_IF, &none, sizeof none);
    return sent;
}

std::unexpected<Error> UdpSocket::send_error(const Endpoint& to, const Run& run, int error) const {
    if (error == EFAULT) return spoilt_content();
    const std::string cause =
        error == EMSGSIZE ? "packets of " + std::to_string(run.segment) + " bytes exceed its MTU"
                          : cause_of(error);
    return fail(ErrorCode::network,
                "cannot send to " + to.to_string() + " on interface " + interface_ + ": " + cause,
                error);
}

Result<std::size_t> UdpSocket::receive(std::span<ReceiveSlot> slots) {
    const auto got = batch_->receive(fd_.get(), slots);
    if (tells_drops_ && got.slots == 0) forget_errors();
    if (got.drops) {
        drop_counter_.unwrap(*got.drops);
        drops_ = static_cast<std::uint64_t>(drop_counter_.highest() - first_drop_);
    }
    if (got.error == 0 || is_full(got.error) || is_harmless(got.error)) return got.slots;
    return fail(ErrorCode::network,
                "cannot receive on interface " + interface_ + ": " + cause_of(got.error),
                got.error);
}

// The kernel also queues errors of sent packets here, which would keep poll() from waiting.
void UdpSocket::forget_errors() {
    msghdr nothing{};
    while (::recvmsg(fd_.get(), &nothing, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) nothing = {};
}

}  // namespace mcast::net
