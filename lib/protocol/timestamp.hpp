// SPDX-License-Identifier: MIT
#pragma once

#include "base/time.hpp"
#include "wire/message.hpp"

namespace mcast::protocol {

/// Core time as CMD(CC) carries it, and back; a microsecond is the wire's grain.
[[nodiscard]] inline wire::Timestamp to_timestamp(Time t) {
    const auto us =
        std::chrono::duration_cast<std::chrono::microseconds>(t.time_since_epoch()).count();
    return {static_cast<std::uint32_t>(us / 1000000), static_cast<std::uint32_t>(us % 1000000)};
}
[[nodiscard]] inline Time from_timestamp(wire::Timestamp t) {
    return Time(std::chrono::seconds(t.seconds) + std::chrono::microseconds(t.microseconds));
}

}  // namespace mcast::protocol
