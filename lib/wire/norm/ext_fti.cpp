// SPDX-License-Identifier: MIT
#include "wire/norm/ext_fti.hpp"

#include "base/assert.hpp"
#include "wire/norm/extension.hpp"
#include "wire/reader.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint64_t divide_up(std::uint64_t value, std::uint64_t by) {
    return value / by + (value % by != 0 ? 1 : 0);
}

Fti read_fti(Bytes extension, FecId fec_id) {
    Reader in(extension);
    in.skip(2);
    Fti fti;
    fti.object_size = in.u48();
    if (fec_id == FecId::rs8) {
        fti.segment_size = in.u16();
        fti.block_size = in.u8();
        fti.parity = in.u8();
    } else {
        in.skip(2);
        fti.segment_size = in.u16();
        fti.block_size = in.u16();
        fti.parity = in.u16();
    }
    return fti;
}

}  // namespace

bool is_valid(const Fti& fti, FecId fec_id) {
    if (fti.object_size > kMaxObjectSize || fti.segment_size == 0 || fti.block_size == 0) {
        return false;
    }
    if (std::uint32_t{fti.block_size} + fti.parity > kMaxBlockSymbols) return false;
    const std::uint64_t symbols = divide_up(fti.object_size, fti.segment_size);
    const std::uint64_t most_blocks = std::uint64_t{1} << (fec_id == FecId::rs8 ? 24 : 32);
    return divide_up(symbols, fti.block_size) <= most_blocks;
}

Parsed<std::optional<Fti>> find_fti(Bytes extensions, FecId fec_id) {
    const auto found = find_extension(extensions, kExtFti);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    if ((*found)->size() != fti_size(fec_id)) {
        return std::unexpected(ParseError::extension_length);
    }
    const Fti fti = read_fti(**found, fec_id);
    if (!is_valid(fti, fec_id)) return std::unexpected(ParseError::bad_fti);
    return fti;
}

void write_fti(Writer& out, FecId fec_id, const Fti& fti) {
    MCAST_ASSERT(is_valid(fti, fec_id));
    out.u8(kExtFti);
    out.u8(fti_size(fec_id) / 4);
    out.u48(fti.object_size);
    if (fec_id == FecId::rs8) {
        out.u16(fti.segment_size);
        out.u8(fti.block_size);
        out.u8(fti.parity);
    } else {
        out.zeros(2);
        out.u16(fti.segment_size);
        out.u16(fti.block_size);
        out.u16(fti.parity);
    }
}

}  // namespace mcast::wire
