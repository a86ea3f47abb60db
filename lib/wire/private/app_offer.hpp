// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <mcast/options.hpp>

#include "wire/norm/ext_fti.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

inline constexpr std::uint8_t kOfferStarted = 1;   ///< data flows already
inline constexpr std::uint8_t kOfferDraining = 2;  ///< no more receivers are taken

/// Offer, in CMD(APPLICATION): the object on offer, and the sizes of its blocks.
///
///    4  transfer (32)
///    8  flags (8)  fec_id (8)  digest (8)  stored (8): see stored_share()
///   12  object_transport_id (16)  segment_size (16)
///   16  block_size (16)  parity (16)
///   20  object_size (64)
///   28  chunk_size (32): bytes that one chunk digest covers
///   32  receivers (32): that joined so far
///   36  report_interval, microseconds (32)
///   40  name: length (8), text; then host: length (8), text; then meta: length (16), text
///
/// StreamOffer is the same of a NORM_OBJECT_STREAM: segment_size covers the head of each symbol,
/// and object_size is kUnknownSize until the end of the stream is known. It may have one field
/// more:
///
///      size_hint (64): bytes that the sender expects; 0: not known
///
/// The name comes from the network and can be hostile: only that it is UTF-8 is checked.
struct Offer {
    static constexpr std::uint64_t kUnknownSize = UINT64_MAX;

    bool stream = false;
    std::uint32_t transfer = 0;
    std::uint8_t flags = 0;
    FecId fec_id = FecId::rs8;
    DigestAlgorithm digest = DigestAlgorithm::xxh3_128;
    std::uint8_t stored = 0;
    ObjectId object{};
    std::uint16_t segment_size = 0;
    std::uint16_t block_size = 0;
    std::uint16_t parity = 0;
    std::uint64_t object_size = 0;
    std::uint32_t chunk_size = 0;
    std::uint32_t receivers = 0;
    std::uint32_t report_interval_us = 0;
    std::string_view name{};
    std::string_view host{};
    std::string_view meta{};
    std::uint64_t size_hint = 0;  ///< of a stream; never trusted

    /// The share of the size that the file occupies on the sender's disk, less than all if it is
    /// sparse: from 1 for nothing to 255 for all, rounded down; 0: not known.
    [[nodiscard]] static std::uint8_t stored_share(std::uint64_t stored, std::uint64_t size);
    /// The least number of bytes that this share stands for; empty: not known.
    [[nodiscard]] std::optional<std::uint64_t> stored_bytes() const;

    /// That of an empty object, for a stream without end.
    [[nodiscard]] Fti fti() const {
        return {stream && object_size == kUnknownSize ? 0 : object_size, segment_size, block_size,
                parity};
    }

    /// After parsing, fti() is valid and chunk_size is not 0. Errors bad_fti and bad_value
    /// otherwise, unknown_fec, and bad_value for an unknown digest.
    [[nodiscard]] static Parsed<Offer> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
