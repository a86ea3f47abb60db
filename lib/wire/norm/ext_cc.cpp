// SPDX-License-Identifier: MIT
#include "wire/norm/ext_cc.hpp"

#include "wire/norm/extension.hpp"
#include "wire/reader.hpp"

namespace mcast::wire {

Parsed<std::optional<ExtCc>> find_cc(Bytes extensions) {
    const auto found = find_extension(extensions, kExtCc);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    if ((*found)->size() != kExtCcSize) return std::unexpected(ParseError::extension_length);
    Reader in(**found);
    in.skip(2);
    ExtCc cc;
    cc.cc_sequence = in.u16();
    cc.flags = in.u8();
    cc.rtt = in.u8();
    cc.loss = in.u16();
    cc.rate = in.u16();
    return cc;
}

void write_cc(Writer& out, const ExtCc& cc) {
    out.u8(kExtCc);
    out.u8(kExtCcSize / 4);
    out.u16(cc.cc_sequence);
    out.u8(cc.flags);
    out.u8(cc.rtt);
    out.u16(cc.loss);
    out.u16(cc.rate);
    out.zeros(2);
}

}  // namespace mcast::wire
