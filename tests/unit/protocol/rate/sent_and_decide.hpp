// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/rate/controller.hpp"

namespace mcast::rate {

/// Packets left, and what is known at that moment is decided on.
inline void sent_and_decide(RateController& control, Time now, std::int64_t next, ByteCount bytes,
                            Duration round, std::size_t attached) {
    control.on_sent(now, next, bytes);
    control.decide(now, {.round = round, .attached = attached});
}

}  // namespace mcast::rate
