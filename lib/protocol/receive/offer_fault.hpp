// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace mcast::protocol {

/// Why there cannot be what is offered. The words for it are the session's.
struct OfferFault {
    enum class Kind : std::uint8_t {
        segment_size,  ///< its packets are empty
        block_size,    ///< the code cannot mend `block_size` symbols with `parity`
        object_size,   ///< no file is that large
        block_count,   ///< it has more blocks than can be kept account of
        chunk_size,    ///< `chunk_size` makes too many chunks, or too large ones
    };

    Kind kind{};
    std::uint16_t block_size = 0;
    std::uint16_t parity = 0;
    std::uint32_t chunk_size = 0;
};

/// For a trace.
[[nodiscard]] constexpr std::string_view name(OfferFault::Kind kind) {
    using Kind = OfferFault::Kind;
    switch (kind) {
        case Kind::segment_size:
            return "segment_size";
        case Kind::block_size:
            return "block_size";
        case Kind::object_size:
            return "object_size";
        case Kind::block_count:
            return "block_count";
        case Kind::chunk_size:
            return "chunk_size";
    }
    return {};
}

}  // namespace mcast::protocol
