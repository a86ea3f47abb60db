// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <netinet/udp.h>

#include "net/batch_io.hpp"
#include "net/cmsg.hpp"

namespace mcast::net {
namespace {

/// True for the errors of a kernel or a device without segmentation offload for this socket.
bool means_no_offload(int error) {
    return error == EINVAL || error == EIO || error == EOPNOTSUPP || error == ENOPROTOOPT;
}

/// True for the errors of an old kernel or a sandbox that lacks or refuses a system call. A
/// firewall answers EPERM as well, but to every call.
bool means_no_call(int error) {
    return error == ENOSYS || error == EPERM || error == EACCES || error == EOPNOTSUPP ||
           error == EINVAL;
}

/// Remembers if a system call can be used on this socket. A call that has worked is not given up
/// later: its errors are about the network then.
enum class Call : std::uint8_t { untried, works, refused };

class LinuxBatch final : public BatchIo {
  public:
    explicit LinuxBatch(bool segment) : segment_(segment) {}

    Sent send(int fd, const Endpoint& to, const Run& run) override;
    Received receive(int fd, std::span<ReceiveSlot> slots) override;
    bool offloads() const override { return segment_; }

  private:
    int send_segmented(int fd, const Endpoint& to, const Run& run);
    bool may_be_refused(int error) const;
    Sent send_many(int fd, const Endpoint& to, const Run& run);
    Sent send_plainly(int fd, const Endpoint& to, const Run& run);
    Received receive_plainly(int fd, std::span<ReceiveSlot> slots, int refusal);

    bool segment_;
    bool segmented_ = false;  ///< once at least
    Call sendmmsg_ = Call::untried;
    Call recvmmsg_ = Call::untried;
    const std::unique_ptr<BatchIo> plain_ = make_plain_batch();
    std::array<mmsghdr, kMaxSlots> messages_{};
    std::array<MessageRoom, kMaxSlots> rooms_{};
};
static_assert(kMaxSegments <= kMaxSlots);

msghdr outgoing(const Endpoint& to, const Run& run) {
    msghdr header{};
    // The kernel reads these only; POSIX has no const here.
    header.msg_name = const_cast<sockaddr*>(to.data());
    header.msg_namelen = to.size();
    header.msg_iov = const_cast<iovec*>(run.pieces.data());
    header.msg_iovlen = run.pieces.size();
    return header;
}

BatchIo::Sent LinuxBatch::send(int fd, const Endpoint& to, const Run& run) {
    std::size_t done = 0;
    while (done < run.count) {
        const std::size_t room = segment_ ? kMaxDatagram / run.segment : kMaxSegments;
        const std::size_t count = std::min({run.count - done, kMaxSegments, std::max(room, 1UL)});
        const Run part = run.part(done, count);
        if (segment_ && count > 1) {
            const int error = send_segmented(fd, to, part);
            if (error == 0) {
                segmented_ = true;
                done += count;
                continue;
            }
            if (!may_be_refused(error)) return {done, error};
        }
        const Sent sent = send_many(fd, to, part);
        done += sent.datagrams;
        if (sent.error != 0) return {done, sent.error};
        // The datagrams went out singly, so the offload was refused, and will be again.
        if (count > 1) segment_ = false;
    }
    return {done, 0};
}

int LinuxBatch::send_segmented(int fd, const Endpoint& to, const Run& run) {
    msghdr header = outgoing(to, run);
    const auto size = static_cast<std::uint16_t>(run.segment);
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof size)> control{};
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof size);
    std::memcpy(CMSG_DATA(c), &size, sizeof size);
    return ::sendmsg(fd, &header, MSG_NOSIGNAL) < 0 ? errno : 0;
}

// A kernel without UDP_SEGMENT takes the segments for one packet, which is too large.
bool LinuxBatch::may_be_refused(int error) const {
    return means_no_offload(error) || (!segmented_ && (means_no_call(error) || error == EMSGSIZE));
}

BatchIo::Sent LinuxBatch::send_many(int fd, const Endpoint& to, const Run& run) {
    if (sendmmsg_ == Call::refused) return plain_->send(fd, to, run);
    for (std::size_t i = 0; i < run.count; ++i) {
        messages_[i].msg_hdr = outgoing(to, run.part(i, 1));
    }
    std::size_t done = 0;
    while (done < run.count) {
        // An error after the first datagram is told by the next call.
        const int sent =
            ::sendmmsg(fd, &messages_[done], static_cast<unsigned>(run.count - done), MSG_NOSIGNAL);
        if (sent < 0) {
            const int error = errno;
            if (sendmmsg_ == Call::untried && means_no_call(error)) {
                return send_plainly(fd, to, run);
            }
            return {done, error};
        }
        sendmmsg_ = Call::works;
        done += static_cast<std::size_t>(sent);
    }
    return {done, 0};
}

// Nothing was sent yet. If this way works, the call was refused and not the datagrams.
BatchIo::Sent LinuxBatch::send_plainly(int fd, const Endpoint& to, const Run& run) {
    const Sent sent = plain_->send(fd, to, run);
    if (sent.datagrams > 0) sendmmsg_ = Call::refused;
    return sent;
}

BatchIo::Received LinuxBatch::receive(int fd, std::span<ReceiveSlot> slots) {
    if (recvmmsg_ == Call::refused) return plain_->receive(fd, slots);
    const std::size_t count = std::min(slots.size(), kMaxSlots);
    for (std::size_t i = 0; i < count; ++i) {
        rooms_[i].aim(messages_[i].msg_hdr, slots[i].buffer);
    }
    const int got =
        ::recvmmsg(fd, messages_.data(), static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
    if (got < 0) {
        const int error = errno;
        if (recvmmsg_ == Call::untried && means_no_call(error)) {
            return receive_plainly(fd, slots.first(count), error);
        }
        if (error == EAGAIN) recvmmsg_ = Call::works;
        return {0, error, std::nullopt};
    }
    recvmmsg_ = Call::works;
    Received result{static_cast<std::size_t>(got), 0, std::nullopt};
    for (std::size_t i = 0; i < result.slots; ++i) {
        take_message(messages_[i].msg_hdr, messages_[i].msg_len, slots[i], result.drops);
    }
    return result;
}

BatchIo::Received LinuxBatch::receive_plainly(int fd, std::span<ReceiveSlot> slots, int refusal) {
    const Received got = plain_->receive(fd, slots);
    if (got.error != refusal) recvmmsg_ = Call::refused;
    return got;
}

}  // namespace

std::unique_ptr<BatchIo> make_linux_batch(int fd, bool offload) {
    int value = 0;
    socklen_t size = sizeof value;
    const bool segment = offload && ::getsockopt(fd, SOL_UDP, UDP_SEGMENT, &value, &size) == 0;
    value = offload ? 1 : 0;
    // If this is refused, the kernel hands over single datagrams, which works as well.
    ::setsockopt(fd, SOL_UDP, UDP_GRO, &value, sizeof value);
    return std::make_unique<LinuxBatch>(segment);
}

}  // namespace mcast::net
