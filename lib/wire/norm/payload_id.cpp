// SPDX-License-Identifier: MIT
#include "wire/norm/payload_id.hpp"

namespace mcast::wire {
namespace {

Parsed<Position> read_after_fec_id(Reader& in, FecId fec_id) {
    Position position{.fec_id = fec_id, .object = {}, .id = {}};
    position.object = ObjectId{in.u16()};
    position.id = read_payload_id(in, fec_id);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    return position;
}

}  // namespace

Parsed<FecId> read_fec_id(Reader& in) {
    const std::uint8_t value = in.u8();
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    switch (value) {
        case static_cast<std::uint8_t>(FecId::rs8):
            return FecId::rs8;
        case static_cast<std::uint8_t>(FecId::small_block):
            return FecId::small_block;
        default:
            return std::unexpected(ParseError::unknown_fec);
    }
}

Parsed<Position> read_position(Reader& in) {
    const auto fec_id = read_fec_id(in);
    if (!fec_id) return std::unexpected(fec_id.error());
    return read_after_fec_id(in, *fec_id);
}

void write_position(Writer& out, const Position& position) {
    out.u8(static_cast<std::uint8_t>(position.fec_id));
    out.u16(raw(position.object));
    write_payload_id(out, position.fec_id, position.id);
}

Parsed<Position> read_padded_position(Reader& in) {
    const auto fec_id = read_fec_id(in);
    if (!fec_id) return std::unexpected(fec_id.error());
    in.skip(1);
    return read_after_fec_id(in, *fec_id);
}

void write_padded_position(Writer& out, const Position& position) {
    out.u8(static_cast<std::uint8_t>(position.fec_id));
    out.zeros(1);
    out.u16(raw(position.object));
    write_payload_id(out, position.fec_id, position.id);
}

}  // namespace mcast::wire
