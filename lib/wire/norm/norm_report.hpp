// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "wire/norm/header.hpp"

namespace mcast::wire {

/// NORM_REPORT (RFC 5740 section 4.4.1): a receiver's message with the common header and a content
/// that the standard leaves open. Ours is a private message, sent only to senders that have made an
/// Offer. The header is a third of an ACK's, which matters when ten thousand join.
struct NormReport {
    Source source{};
    Bytes payload{};

    [[nodiscard]] static Parsed<NormReport> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
