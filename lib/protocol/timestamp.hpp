// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "wire/norm/message.hpp"

namespace mcast::protocol {

/// Core time as CMD(CC) carries it, and back, in microseconds.
[[nodiscard]] inline wire::Timestamp to_timestamp(Time t) {
    const auto us =
        std::chrono::duration_cast<std::chrono::microseconds>(t.time_since_epoch()).count();
    return {static_cast<std::uint32_t>(us / 1000000), static_cast<std::uint32_t>(us % 1000000)};
}
[[nodiscard]] inline Time from_timestamp(wire::Timestamp t) {
    return Time(std::chrono::seconds(t.seconds) + std::chrono::microseconds(t.microseconds));
}

/// The same in the 32 bits of our own messages: microseconds modulo 2^32, about 71 minutes; never
/// 0, as 0 means none.
[[nodiscard]] inline std::uint32_t to_echo(Time t) {
    const auto us =
        std::chrono::duration_cast<std::chrono::microseconds>(t.time_since_epoch()).count();
    return std::max<std::uint32_t>(static_cast<std::uint32_t>(us), 1);
}
/// The time with that echo that is nearest to `now`: mostly before it, at most 18 minutes after.
[[nodiscard]] inline Time from_echo(std::uint32_t echo, Time now) {
    const auto us =
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
    constexpr std::uint32_t kAhead = 1U << 30;
    const std::uint32_t ago = static_cast<std::uint32_t>(us) + kAhead - echo;
    return Time(std::chrono::microseconds(us + kAhead - static_cast<std::int64_t>(ago)));
}

/// The send time of the probe that a receiver answers, moved by the time that the receiver held it;
/// empty: it has heard none.
[[nodiscard]] inline std::optional<Time> when(wire::Timestamp response) {
    if (response.none()) return std::nullopt;
    return from_timestamp(response);
}
[[nodiscard]] inline std::optional<Time> when(std::uint32_t echo, Time now) {
    if (echo == 0) return std::nullopt;
    return from_echo(echo, now);
}

}  // namespace mcast::protocol
