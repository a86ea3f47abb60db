// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/list.hpp"
#include "wire/private_head.hpp"

namespace mcast::wire {

/// What the sender holds a receiver for. Others may be added: ignore what is not listed here.
enum class RollState : std::uint8_t {
    joined = 1,
    done = 2,
    failed = 3,
    detached = 4,
    refused = 5,
    behind = 6,  ///< too slow for the others: it is served when they are done
};

struct RollEntry {
    NodeId node = NodeId::none;
    RollState state{};
    std::uint16_t error = 0;  ///< of the error table; 0: none
    friend bool operator==(const RollEntry&, const RollEntry&) = default;
};
template <>
struct ListItem<RollEntry> {
    static constexpr std::size_t kSize = 8;
    static constexpr RollEntry read(Reader& in) {
        RollEntry entry;
        entry.node = NodeId{in.u32()};
        entry.state = RollState{in.u8()};
        in.skip(1);
        entry.error = in.u16();
        return entry;
    }
    static constexpr void write(Writer& out, const RollEntry& entry) {
        out.u32(raw(entry.node));
        out.u8(static_cast<std::uint8_t>(entry.state));
        out.zeros(1);
        out.u16(entry.error);
    }
};
using RollList = List<RollEntry>;

/// Roll, in CMD(APPLICATION): confirms joins and final reports.
///
///    4  transfer (32)
///    8  count (16)  reserved (16)
///   12  count entries: node (32)  state (8)  reserved (8)  error (16)
struct Roll {
    std::uint32_t transfer = 0;
    RollList entries{};

    [[nodiscard]] static Parsed<Roll> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

inline constexpr std::size_t kRollHeader = 12;

}  // namespace mcast::wire
