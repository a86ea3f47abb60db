// SPDX-License-Identifier: MIT
#include <vector>

#include "net/cmsg.hpp"
#include "operations.hpp"

using namespace mcast;
using fuzz::Input;

// A datagram's control messages, whatever the kernel puts there: a slot's segments lie within what
// was received, and that within the buffer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    std::vector<std::uint8_t> buffer(input.u16());
    net::MessageRoom room{};
    msghdr header{};
    room.aim(header, buffer);
    header.msg_flags = input.u8() & 1 ? MSG_TRUNC : 0;
    const std::size_t length = input.u32();
    const Bytes from = input.take(std::min<std::size_t>(input.u8(), sizeof room.from));
    std::ranges::copy(from, reinterpret_cast<std::uint8_t*>(&room.from));
    header.msg_namelen = static_cast<socklen_t>(from.size());
    const Bytes control = input.take(sizeof room.control);
    std::ranges::copy(control, reinterpret_cast<std::uint8_t*>(room.control));
    header.msg_controllen = control.size();

    net::ReceiveSlot slot{.buffer = buffer, .length = 0, .segment = 0, .from = {}};
    std::optional<std::uint32_t> drops;
    net::take_message(header, length, slot, drops);
    EXPECT_ALWAYS(slot.length <= std::min(length, buffer.size()));
    EXPECT_ALWAYS(slot.segment <= slot.length && (slot.segment > 0) == (slot.length > 0));
    EXPECT_ALWAYS(slot.from.empty() || slot.from.size() <= from.size());
    return 0;
}
