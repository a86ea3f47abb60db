// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/private_head.hpp"

namespace mcast::wire {

/// Join, in a NORM_REPORT: a receiver takes an offer, until a Roll names it.
///
///    4  transfer (32)
///    8  echo (32): the GRTT response, microseconds modulo 2^32; 0: none
///   12  host: length (8), text
struct Join {
    std::uint32_t transfer = 0;
    std::uint32_t echo = 0;
    std::string_view host{};

    [[nodiscard]] static Parsed<Join> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
