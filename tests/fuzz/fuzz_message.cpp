// SPDX-License-Identifier: MIT
#include <vector>

#include "expect.hpp"
#include "wire/norm/message.hpp"

using namespace mcast;
using namespace mcast::wire;

namespace {

std::vector<std::uint8_t> bytes_of(const Message& message, std::size_t room) {
    std::vector<std::uint8_t> out(room);
    out.resize(std::visit([&](const auto& m) { return m.serialize(out); }, message));
    return out;
}

}  // namespace

// Any datagram: what is understood is written again no longer than it was, and from then on is
// the same bytes for ever. The fast path agrees with parse().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes datagram(data, size);
    const auto message = parse(datagram);
    const auto fast = parse_data(datagram);
    const bool is_data_message = message && std::holds_alternative<Data>(*message);
    EXPECT_ALWAYS(fast.has_value() == is_data_message);
    if (is_data_message) EXPECT_ALWAYS(is_data(datagram));
    if (!message) return 0;

    const auto once = bytes_of(*message, size);
    const auto parsed = parse(once);
    EXPECT_ALWAYS(parsed && parsed->index() == message->index());
    EXPECT_ALWAYS(bytes_of(*parsed, size) == once);
    return 0;
}
