// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/private/digest_algorithm.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// Done, in a NORM_REPORT: a receiver holds the whole object and has verified it. It is short, as
/// each receiver of a large group sends it instead of a last Report.
///
///    4  transfer (32)
///    8  echo (32): the GRTT response, microseconds modulo 2^32; 0: none
///   12  root: width (8), bytes
struct Done {
    std::uint32_t transfer = 0;
    std::uint32_t echo = 0;
    Bytes root{};

    [[nodiscard]] static Parsed<Done> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
