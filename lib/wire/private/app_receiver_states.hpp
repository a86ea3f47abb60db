// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "wire/list.hpp"
#include "wire/private/digest_algorithm.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// The state of a receiver as the sender sees it. More may be added: ignore unknown ones.
enum class ReceiverState : std::uint8_t {
    joined = 1,
    done = 2,
    failed = 3,
    detached = 4,
    refused = 5,
    behind = 6,    ///< too slow for the others: served when they are done
    reporter = 7,  ///< joined, and one of the few of a large group that report often
};

/// One receiver, with the challenge of its Join, which tells two with the same node id apart.
struct ReceiverEntry {
    NodeId node{};
    std::uint64_t challenge = 0;
    friend auto operator<=>(const ReceiverEntry&, const ReceiverEntry&) = default;
};
template <>
struct ListItem<ReceiverEntry> {
    static constexpr std::size_t kSize = 12;
    static constexpr ReceiverEntry read(Reader& in) {
        ReceiverEntry entry;
        entry.node = NodeId{in.u32()};
        entry.challenge = in.u64();
        return entry;
    }
    static constexpr void write(Writer& out, const ReceiverEntry& entry) {
        out.u32(raw(entry.node));
        out.u64(entry.challenge);
    }
};
using ReceiverList = List<ReceiverEntry>;

/// ReceiverStates, in CMD(APPLICATION): confirms joins and final reports of many receivers at once.
///
///    4  transfer (32)
///    8  state (8)  reserved (8)  error (16): of the error table; 0: none
///   12  count (16)  reserved (16)
///   16  count entries: node id (32)  challenge (64)
///    .. root: width (8), bytes; with the state done
struct ReceiverStates {
    std::uint32_t transfer = 0;
    ReceiverState state{};
    std::uint16_t error = 0;
    ReceiverList entries{};
    Bytes root{};

    [[nodiscard]] static Parsed<ReceiverStates> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

inline constexpr std::size_t kReceiverStatesHeader = 16;

}  // namespace mcast::wire
