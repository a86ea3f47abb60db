// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include <mcast/options.hpp>

#include "base/ids.hpp"
#include "wire/private/digest_algorithm.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// Digests, in CMD(APPLICATION): the digests of an object's chunks from `first` on.
///
///    4  transfer (32)
///    8  object_transport_id (16)  algorithm (8)  width (8): 16 or 32, as the algorithm's
///   12  first (32): number of the first chunk here
///   16  total (32): chunks of the object
///   20  count (16)  reserved (16)
///   24  count digests of width bytes
struct Digests {
    std::uint32_t transfer = 0;
    ObjectId object{};
    DigestAlgorithm algorithm = DigestAlgorithm::xxh3_128;
    std::uint32_t first = 0;
    std::uint32_t total = 0;
    Bytes digests{};  ///< back to back, a whole number of them, at most 65535

    [[nodiscard]] std::size_t width() const { return digest_width(algorithm); }
    [[nodiscard]] std::size_t count() const { return digests.size() / width(); }
    /// The digest of chunk `first + index`; index below count().
    [[nodiscard]] Bytes digest(std::size_t index) const {
        return digests.subspan(index * width(), width());
    }

    /// After parsing, first + count() does not exceed total.
    [[nodiscard]] static Parsed<Digests> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

inline constexpr std::size_t kDigestsHeader = 24;

}  // namespace mcast::wire
