// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include "wire/norm/ext_cc.hpp"
#include "wire/norm/feedback.hpp"

namespace mcast::wire {

/// NORM_NACK (RFC 5740 section 4.3.1): a receiver's request for repair. The fixed part is drawn in
/// feedback.hpp. `requests` is unchecked here: for_each_request() of repair_request.hpp checks and
/// decodes it.
struct Nack {
    Source source{};
    NodeId sender = NodeId::none;
    InstanceId instance{};
    Timestamp grtt_response{};
    std::optional<ExtCc> cc{};
    Bytes requests{};

    [[nodiscard]] static Parsed<Nack> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
