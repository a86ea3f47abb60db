// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/list.hpp"
#include "wire/norm/header.hpp"

namespace mcast::wire {

/// A receiver in the list of CMD(CC), with its round trip and rate as the sender knows them.
/// `flags` as in ext_cc.hpp.
///
///   |            node id            | flags | rtt  |     rate      |   8 bytes
struct CcNode {
    NodeId node = NodeId::none;
    std::uint8_t flags = 0;
    std::uint8_t rtt = 0;    ///< quantised
    std::uint16_t rate = 0;  ///< quantised
    friend bool operator==(const CcNode&, const CcNode&) = default;
};
template <>
struct ListItem<CcNode> {
    static constexpr std::size_t kSize = 8;
    static constexpr CcNode read(Reader& in) {
        CcNode node;
        node.node = NodeId{in.u32()};
        node.flags = in.u8();
        node.rtt = in.u8();
        node.rate = in.u16();
        return node;
    }
    static constexpr void write(Writer& out, const CcNode& node) {
        out.u32(raw(node.node));
        out.u8(node.flags);
        out.u8(node.rtt);
        out.u16(node.rate);
    }
};
using CcNodeList = List<CcNode>;

/// NORM_CMD(CC) (RFC 5740 section 4.2.3): the probe that measures round trips and rates.
///
///   12              13              14
///   +---------------+---------------+-------------------------------+
///   |  sub-type = 4 |   reserved    |          cc_sequence          |
///   +---------------+---------------+-------------------------------+
///   |                       send time, seconds                      |
///   +---------------------------------------------------------------+
///   |                     send time, microseconds                   |
///   +---------------------------------------------------------------+
///   |       extensions (EXT_RATE), then nodes, 8 bytes each         |
///   +---------------------------------------------------------------+
///
/// NRL: bit 0 of the reserved byte is its SYN; ignored.
struct CmdCc {
    Source source{};
    SenderFields sender{};
    std::uint16_t cc_sequence = 0;
    Timestamp sent{};
    std::optional<std::uint16_t> send_rate{};  ///< quantised
    CcNodeList nodes{};

    [[nodiscard]] static Parsed<CmdCc> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
