// SPDX-License-Identifier: MIT
#include "wire/norm/data.hpp"

namespace mcast::wire {

Parsed<Data> Data::parse(const Header& header) {
    Reader in(header.body);
    Data data;
    data.source = header.source;
    data.sender = read_sender(in);
    data.flags = in.u8();
    const auto fec_id = read_fec_id(in);
    if (!fec_id) return std::unexpected(fec_id.error());
    data.fec_id = *fec_id;
    data.object = ObjectId{in.u16()};
    data.id = read_payload_id(in, data.fec_id);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (in.remaining() > 0) {
        const auto fti = find_fti(in.rest(), data.fec_id);
        if (!fti) return std::unexpected(fti.error());
        data.fti = *fti;
    }
    data.payload = header.payload;
    return data;
}

std::size_t Data::serialize(MutableBytes out) const {
    const std::size_t header_size = serialize_header(out);
    Writer to(out.subspan(header_size));
    to.bytes(payload);
    return header_size + to.written();
}

std::size_t Data::serialize_header(MutableBytes out) const {
    Writer to(out);
    const std::size_t size = data_header_size(fec_id) + (fti ? fti_size(fec_id) : 0);
    write_header(to, MessageType::data, size, source);
    write_sender(to, sender);
    to.u8(flags);
    to.u8(static_cast<std::uint8_t>(fec_id));
    to.u16(raw(object));
    write_payload_id(to, fec_id, id);
    if (fti) write_fti(to, fec_id, *fti);
    return to.written();
}

Parsed<Data> parse_data(Bytes datagram) {
    const auto header = parse_header(datagram);
    if (!header) return std::unexpected(header.error());
    if (header->type != MessageType::data) return std::unexpected(ParseError::unknown_type);
    return Data::parse(*header);
}

}  // namespace mcast::wire
