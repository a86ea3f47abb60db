// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What blast and sink have in common: the shape of what goes over the network.
namespace mcast::bench {

using Clock = std::chrono::steady_clock;

inline constexpr int kSegment = 1472;  ///< UDP payload that fills an MTU of 1500
inline constexpr std::size_t kNumber = 8;
inline constexpr std::size_t kContent = kSegment - kNumber;
inline constexpr std::size_t kBatch = 44;      ///< segments that fit one datagram of 64 KiB
inline constexpr int kSocketBuffer = 4 << 20;  ///< what mcast asks for, too

[[noreturn]] inline void die(const char* what) {
    std::perror(what);
    std::exit(1);
}

inline std::uint16_t port(const char* text) {
    return static_cast<std::uint16_t>(std::strtoul(text, nullptr, 10));
}

}  // namespace mcast::bench
