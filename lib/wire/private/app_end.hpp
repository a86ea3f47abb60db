// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/private/digest_algorithm.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// End, in CMD(APPLICATION): the sender's session has ended, with this outcome.
///
///    4  transfer (32)
///    8  error (16): of the error table, 0 for success
///   10  message: length (16), text
///    .. root: width (8), bytes; none with an error
struct End {
    std::uint32_t transfer = 0;
    std::uint16_t error = 0;
    std::string_view message{};
    Bytes root{};

    [[nodiscard]] static Parsed<End> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
