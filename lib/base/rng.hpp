// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mcast {

/// Seeded random numbers (splitmix64): the only source of chance in the protocol core. The core
/// gets it from outside, so every run can be repeated. Not for secrets.
class Rng {
  public:
    explicit constexpr Rng(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// In [0, 1).
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    /// In [0, bound); bound > 0. The bias is below bound / 2^64.
    constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    constexpr bool chance(double p) { return uniform() < p; }

  private:
    std::uint64_t state_;
};

}  // namespace mcast
