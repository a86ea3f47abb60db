// SPDX-License-Identifier: MIT
#include "wire/norm/norm_report.hpp"

namespace mcast::wire {

Parsed<NormReport> NormReport::parse(const Header& header) {
    return NormReport{.source = header.source, .payload = header.payload};
}

std::size_t NormReport::serialize(MutableBytes out) const {
    Writer to(out);
    write_header(to, MessageType::report, kCommonHeader, source);
    to.bytes(payload);
    return to.written();
}

}  // namespace mcast::wire
