// SPDX-License-Identifier: MIT
#include <cerrno>

#include "net/batch_io.hpp"
#include "net/cmsg.hpp"

namespace mcast::net {
namespace {

class PlainBatch final : public BatchIo {
  public:
    Sent send(int fd, const Endpoint& to, const Run& run) override;
    Received receive(int fd, std::span<ReceiveSlot> slots) override;
    bool offloads() const override { return false; }

  private:
    MessageRoom room_;
};

BatchIo::Sent PlainBatch::send(int fd, const Endpoint& to, const Run& run) {
    for (std::size_t i = 0; i < run.count; ++i) {
        const Run one = run.part(i, 1);
        msghdr header{};
        header.msg_name = const_cast<sockaddr*>(to.data());
        header.msg_namelen = to.size();
        header.msg_iov = const_cast<iovec*>(one.pieces.data());
        header.msg_iovlen = one.pieces.size();
        if (::sendmsg(fd, &header, MSG_NOSIGNAL) < 0) return {i, errno};
    }
    return {run.count, 0};
}

BatchIo::Received PlainBatch::receive(int fd, std::span<ReceiveSlot> slots) {
    Received result;
    for (ReceiveSlot& slot : slots) {
        msghdr header;
        room_.aim(header, slot.buffer);
        const ssize_t length = ::recvmsg(fd, &header, MSG_DONTWAIT);
        if (length < 0) {
            result.error = errno;
            break;
        }
        take_message(header, static_cast<std::size_t>(length), slot, result.drops);
        ++result.slots;
    }
    // Datagrams that came before the error count. It is reported again when none is left.
    if (result.slots > 0) result.error = 0;
    return result;
}

}  // namespace

std::unique_ptr<BatchIo> make_plain_batch() {
    return std::make_unique<PlainBatch>();
}

}  // namespace mcast::net
