// SPDX-License-Identifier: MIT
#include "wire/norm/ext_rate.hpp"

#include "wire/norm/extension.hpp"
#include "wire/reader.hpp"

namespace mcast::wire {

Parsed<std::optional<std::uint16_t>> find_rate(Bytes extensions) {
    const auto found = find_extension(extensions, kExtRate);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    Reader in(**found);
    in.skip(2);
    return in.u16();
}

void write_rate(Writer& out, std::uint16_t rate) {
    out.u8(kExtRate);
    out.zeros(1);
    out.u16(rate);
}

}  // namespace mcast::wire
