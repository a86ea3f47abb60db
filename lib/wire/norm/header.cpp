// SPDX-License-Identifier: MIT
#include "wire/norm/header.hpp"

#include "base/assert.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kSealed = 0x4D;  // an envelope begins with it

Parsed<MessageType> message_type(std::uint8_t value) {
    if (value < 1 || value > 6) return std::unexpected(ParseError::unknown_type);
    return MessageType{value};
}

}  // namespace

Parsed<Header> parse_header(Bytes datagram) {
    Reader in(datagram);
    const std::uint8_t version_type = in.u8();
    const std::size_t header_size = std::size_t{4} * in.u8();
    const Source source{.sequence = in.u16(), .node = NodeId{in.u32()}};
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (version_type == kSealed) return std::unexpected(ParseError::sealed);
    if (version_type >> 4 != kVersion) return std::unexpected(ParseError::bad_version);
    const auto type = message_type(version_type & 0x0f);
    if (!type) return std::unexpected(type.error());
    if (source.node == NodeId::none || source.node == NodeId::any) {
        return std::unexpected(ParseError::bad_node);
    }
    if (header_size < kCommonHeader || header_size > datagram.size()) {
        return std::unexpected(ParseError::header_length);
    }
    const Bytes body = in.take(header_size - kCommonHeader);
    return Header{.type = *type, .source = source, .body = body, .payload = in.rest()};
}

void write_header(Writer& out, MessageType type, std::size_t header_size, const Source& source) {
    MCAST_ASSERT(header_size % 4 == 0);
    out.u8(std::uint64_t{kVersion} << 4 | static_cast<std::uint8_t>(type));
    out.u8(header_size / 4);
    out.u16(source.sequence);
    out.u32(raw(source.node));
}

SenderFields read_sender(Reader& in) {
    SenderFields sender;
    sender.instance = InstanceId{in.u16()};
    sender.grtt = in.u8();
    const std::uint8_t both = in.u8();
    sender.backoff = both >> 4;
    sender.gsize = both & 0x0f;
    return sender;
}

void write_sender(Writer& out, const SenderFields& sender) {
    MCAST_ASSERT(sender.backoff < 16 && sender.gsize < 16);
    out.u16(raw(sender.instance));
    out.u8(sender.grtt);
    out.u8(std::uint64_t{sender.backoff} << 4 | sender.gsize);
}

Timestamp read_timestamp(Reader& in) {
    Timestamp time;
    time.seconds = in.u32();
    time.microseconds = in.u32();
    return time;
}

void write_timestamp(Writer& out, const Timestamp& time) {
    out.u32(time.seconds);
    out.u32(time.microseconds);
}

}  // namespace mcast::wire
