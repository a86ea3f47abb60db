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
    voice = 7,   ///< joined; one of the few of a crowd that report often, for the rate to follow
};

/// Roll, in CMD(APPLICATION): confirms joins and final reports, of many receivers at once.
///
///    4  transfer (32)
///    8  state (8)  reserved (8)  error (16): of the error table; 0: none
///   12  count (16)  reserved (16)
///   16  count node ids (32)
struct Roll {
    std::uint32_t transfer = 0;
    RollState state{};
    std::uint16_t error = 0;
    NodeList nodes{};

    [[nodiscard]] static Parsed<Roll> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

inline constexpr std::size_t kRollHeader = 16;

}  // namespace mcast::wire
