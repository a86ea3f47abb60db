// SPDX-License-Identifier: MIT
#include "wire/private/app_offer.hpp"

#include "wire/private/digest_algorithm.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint8_t kAllStored = 255;

Parsed<void> read_texts(Reader& in, Offer& offer) {
    const auto name = read_text8(in);
    if (!name) return std::unexpected(name.error());
    const auto host = read_text8(in);
    if (!host) return std::unexpected(host.error());
    const auto meta = read_text16(in);
    if (!meta) return std::unexpected(meta.error());
    offer.name = *name;
    offer.host = *host;
    offer.meta = *meta;
    return {};
}

}  // namespace

std::uint8_t Offer::stored_share(std::uint64_t stored, std::uint64_t size) {
    if (stored >= size) return kAllStored;
    const double share = static_cast<double>(stored) / static_cast<double>(size);
    return static_cast<std::uint8_t>(1 + static_cast<unsigned>(share * (kAllStored - 1)));
}

std::optional<std::uint64_t> Offer::stored_bytes() const {
    if (stored == 0) return std::nullopt;
    if (stored == kAllStored) return object_size;
    return object_size / (kAllStored - 1) * (stored - 1U);
}

Parsed<Offer> Offer::parse(Bytes payload) {
    const auto kind = private_kind(payload);
    Offer offer;
    offer.stream = kind == PrivateKind::stream_offer;
    auto in = open_private(payload, offer.stream ? *kind : PrivateKind::offer);
    if (!in) return std::unexpected(in.error());
    offer.transfer = in->u32();
    offer.flags = in->u8();
    const auto fec_id = read_fec_id(*in);
    if (!fec_id) return std::unexpected(fec_id.error());
    offer.fec_id = *fec_id;
    const auto digest = read_digest_algorithm(*in);
    if (!digest) return std::unexpected(digest.error());
    offer.digest = *digest;
    offer.stored = in->u8();
    offer.object = ObjectId{in->u16()};
    offer.segment_size = in->u16();
    offer.block_size = in->u16();
    offer.parity = in->u16();
    offer.object_size = in->u64();
    offer.chunk_size = in->u32();
    offer.receivers = in->u32();
    offer.report_interval_us = in->u32();
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    const auto texts = read_texts(*in, offer);
    if (!texts) return std::unexpected(texts.error());
    if (offer.stream && in->remaining() >= sizeof offer.size_hint) offer.size_hint = in->u64();
    if (!is_valid(offer.fti(), offer.fec_id)) return std::unexpected(ParseError::bad_fti);
    if (offer.chunk_size == 0) return std::unexpected(ParseError::bad_value);
    return offer;
}

std::size_t Offer::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, stream ? PrivateKind::stream_offer : PrivateKind::offer);
    to.u32(transfer);
    to.u8(flags);
    to.u8(static_cast<std::uint8_t>(fec_id));
    to.u8(static_cast<std::uint8_t>(digest));
    to.u8(stored);
    to.u16(raw(object));
    to.u16(segment_size);
    to.u16(block_size);
    to.u16(parity);
    to.u64(object_size);
    to.u32(chunk_size);
    to.u32(receivers);
    to.u32(report_interval_us);
    write_text8(to, name);
    write_text8(to, host);
    write_text16(to, meta);
    if (stream && size_hint != 0) to.u64(size_hint);
    return to.written();
}

}  // namespace mcast::wire
