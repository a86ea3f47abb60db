// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/norm/message.hpp"

namespace mcast::wire::test {

using Buffer = std::vector<std::uint8_t>;

/// "4d 43 01" or "4d4301" to bytes; throws on anything else.
Buffer from_hex(std::string_view text);
std::string to_hex(Bytes bytes);

struct Vector {
    std::string name;
    Buffer bytes;
};
/// The datagrams of tests/vectors/<file>; throws when there are none.
std::vector<Vector> load_vectors(const std::string& file);
Buffer vector_named(const std::string& file, std::string_view name);

/// What serialize() writes.
template <typename M>
Buffer bytes_of(const M& message) {
    Buffer out(70'000);
    out.resize(message.serialize(out));
    return out;
}
Buffer bytes_of(const Message& message);

/// The message again, as M; throws when the datagram is no such message.
template <typename M>
M again(const Buffer& datagram) {
    return std::get<M>(parse(datagram).value());
}

/// The error of any result; fails the expectation loudly when there is none.
template <typename T>
std::string error_of(const Parsed<T>& parsed) {
    return parsed ? "none" : std::string(name(parsed.error()));
}

/// A sender's source and fields that no default could be taken for.
inline constexpr Source kSource{.sequence = 0xfffe, .node = NodeId{0x0a4d0001}};
inline constexpr SenderFields kSender{
    .instance = InstanceId{0xbeef}, .grtt = 106, .backoff = 4, .gsize = 9};

}  // namespace mcast::wire::test
