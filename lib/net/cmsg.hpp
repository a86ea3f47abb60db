// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include "net/batch_io.hpp"

namespace mcast::net {

/// Room for the facts that arrive with a datagram: its sender, the segment size of a coalesced
/// batch and the drop count. Every call reuses it. It must not move while the kernel has its
/// addresses.
struct MessageRoom {
    iovec piece{};
    sockaddr_in6 from{};
    alignas(cmsghdr) char control[64];  // two control messages of four bytes each

    /// Aims `header` at this room and at `buffer`.
    void aim(msghdr& header, MutableBytes buffer) {
        piece = {buffer.data(), buffer.size()};
        header = {};
        header.msg_name = &from;
        header.msg_namelen = sizeof from;
        header.msg_iov = &piece;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
    }
};
static_assert(2 * CMSG_SPACE(sizeof(int)) <= sizeof MessageRoom::control);

/// The value of a control message, if it is of that kind and size.
template <typename Value>
[[nodiscard]] std::optional<Value> control_value(const cmsghdr& c, int level, int type) {
    if (c.cmsg_level != level || c.cmsg_type != type || c.cmsg_len < CMSG_LEN(sizeof(Value))) {
        return std::nullopt;
    }
    Value value;
    std::memcpy(&value, CMSG_DATA(&c), sizeof value);
    return value;
}

/// Fills in `slot` from a received message of `length` bytes; keeps the drop count if it has one.
inline void take_message(msghdr& header, std::size_t length, ReceiveSlot& slot,
                         std::optional<std::uint32_t>& drops) {
    const bool cut_off = (header.msg_flags & MSG_TRUNC) != 0;
    slot.length = cut_off ? 0 : std::min(length, slot.buffer.size());
    slot.segment = slot.length;
    slot.from = Endpoint::from(static_cast<const sockaddr*>(header.msg_name), header.msg_namelen);
    const auto* const end =
        static_cast<const std::uint8_t*>(header.msg_control) + header.msg_controllen;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_len > static_cast<std::size_t>(end - reinterpret_cast<std::uint8_t*>(c))) break;
        if (const auto count = control_value<std::uint32_t>(*c, SOL_SOCKET, SO_RXQ_OVFL)) {
            drops = *count;
        } else if (const auto stride = control_value<int>(*c, SOL_UDP, UDP_GRO);
                   stride && *stride > 0) {
            slot.segment = std::min(static_cast<std::size_t>(*stride), slot.length);
        }
    }
}

}  // namespace mcast::net
