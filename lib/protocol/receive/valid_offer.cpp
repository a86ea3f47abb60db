// SPDX-License-Identifier: MIT
#include "protocol/receive/valid_offer.hpp"

#include "fec/block_codec.hpp"

namespace mcast::protocol {
namespace {

// The books of an object take a bit a block, and some 50 bytes a chunk.
constexpr std::uint64_t kMostBlocks = 1 << 26;
constexpr std::uint64_t kMostBlocksOfRs8 = (1U << 24) - 1;
constexpr std::uint64_t kMostChunks = 1 << 17;  // eight times what our sender ever makes
constexpr ByteCount kLargestObject = 1ULL << 48;
// An ordered output holds some chunks in memory. What our sender makes of a large object is larger
// than the first, and not near the second.
constexpr ByteCount kLargestChunk = 16 << 20;
constexpr ByteCount kLeastChunks = 1 << 11;
// The books of a stream grow with it, by those of a chunk at a time; forged content can make them
// as large as they can be.
constexpr ByteCount kSmallestStreamChunk = 64 << 10;
constexpr ByteCount kMostStreamChunks = 1 << 24;

}  // namespace

std::expected<ObjectParams, OfferFault> validate(ObjectId id, wire::FecId fec_id,
                                                 const wire::Fti& fti) {
    using Kind = OfferFault::Kind;
    const auto fault = [](Kind kind) { return std::unexpected(OfferFault{.kind = kind}); };
    if (fti.segment_size == 0) return fault(Kind::segment_size);
    if (!fec::BlockCodec::fits(fti.block_size, fti.parity))
        return std::unexpected(OfferFault{
            .kind = Kind::block_size, .block_size = fti.block_size, .parity = fti.parity});
    if (fti.object_size >= kLargestObject) return fault(Kind::object_size);
    const ObjectParams object{id,         fti.object_size, fti.segment_size, fti.block_size,
                              fti.parity, fec_id};
    const std::uint64_t most = fec_id == wire::FecId::rs8 ? kMostBlocksOfRs8 : kMostBlocks;
    if (object.partition().block_count() > most) return fault(Kind::block_count);
    return object;
}

namespace {

std::expected<ObjectParams, OfferFault> stream_of(const wire::Offer& offer, ObjectParams object) {
    using Kind = OfferFault::Kind;
    if (object.segment_size <= wire::StreamHeader::kSize)
        return std::unexpected(OfferFault{.kind = Kind::segment_size});
    object.stream = true;
    object.segment_size = static_cast<std::uint16_t>(object.segment_size - object.symbol_header());
    if (offer.object_size == wire::Offer::kUnknownSize) object.size = object.stream_limit();
    if (object.size > object.stream_limit())
        return std::unexpected(OfferFault{.kind = Kind::object_size});
    return object;
}

bool fits(ByteCount chunk, const ObjectParams& object) {
    if (object.stream)
        return chunk >= kSmallestStreamChunk && chunk <= kLargestChunk &&
               object.stream_limit() / chunk < kMostStreamChunks;
    if (chunk == 0) return false;
    const bool large = chunk > kLargestChunk && object.size / chunk < kLeastChunks;
    return !large && object.size / chunk < kMostChunks;
}

}  // namespace

std::expected<ValidOffer, OfferFault> validate(const wire::Offer& offer) {
    auto object = validate(offer.object, offer.fec_id, offer.fti());
    if (object && offer.stream) object = stream_of(offer, *object);
    if (!object) return std::unexpected(object.error());
    if (!fits(offer.chunk_size, *object))
        return std::unexpected(
            OfferFault{.kind = OfferFault::Kind::chunk_size, .chunk_size = offer.chunk_size});
    return ValidOffer{
        *object,
        {static_cast<std::uint8_t>(offer.digest),
         static_cast<std::uint8_t>(wire::digest_width(offer.digest)), offer.chunk_size}};
}

}  // namespace mcast::protocol
