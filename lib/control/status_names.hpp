// SPDX-License-Identifier: MIT
#pragma once

// The words of the status contract for its enumerations, both ways. They are identical to the
// enumerators, and stable.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include <mcast/session.hpp>
#include <mcast/status.hpp>

namespace mcast::control {

/// The words of an enumeration in the order of its values.
template <typename E>
inline constexpr std::array<std::string_view, 0> kNamesOf{};
template <>
inline constexpr std::array<std::string_view, 2> kNamesOf<Role>{"sender", "receiver"};
template <>
inline constexpr std::array<std::string_view, 3> kNamesOf<State>{"in_progress", "success",
                                                                 "failure"};
template <>
inline constexpr std::array<std::string_view, 5> kNamesOf<Phase>{"waiting", "transferring",
                                                                 "verifying", "finishing", "ended"};
template <>
inline constexpr std::array<std::string_view, 5> kNamesOf<LimitedBy>{"none", "network", "host",
                                                                     "disk", "gone"};
template <>
inline constexpr std::array<std::string_view, 5> kNamesOf<Cause>{"link", "loss", "disk", "reader",
                                                                 "host"};
template <>
inline constexpr std::array<std::string_view, 6> kNamesOf<RateMode>{"fixed", "startup", "steady",
                                                                    "drain", "compete", "probe"};
template <>
inline constexpr std::array<std::string_view, 9> kNamesOf<RateReason>{
    "asked", "start", "growth", "loss", "queue", "flow", "receiver", "link", "idle"};
template <>
inline constexpr std::array<std::string_view, 10> kNamesOf<Event::Kind>{
    "chosen", "warning", "join", "start", "interval", "pace", "behind", "back", "receiver", "end"};

template <typename E>
[[nodiscard]] constexpr std::string_view name_of(E value) {
    return kNamesOf<E>.at(static_cast<std::size_t>(value));
}

template <typename E>
[[nodiscard]] constexpr std::optional<E> value_of(std::string_view name) {
    for (std::size_t i = 0; i < kNamesOf<E>.size(); ++i) {
        if (kNamesOf<E>[i] == name) return static_cast<E>(i);
    }
    return std::nullopt;
}

}  // namespace mcast::control
