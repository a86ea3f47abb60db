// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "wire/norm/header.hpp"

namespace mcast::wire {

/// NORM_REPORT (RFC 5740 section 4.4.1): from a receiver, the common header and a content that the
/// standard leaves to the implementation. Ours is a private message; it goes to senders that have
/// made an Offer, and to nobody else. The header is a third of an ACK's, which counts when ten
/// thousand join.
struct NormReport {
    Source source{};
    Bytes payload{};

    [[nodiscard]] static Parsed<NormReport> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
