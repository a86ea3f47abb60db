// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/rng.hpp"
#include "base/time.hpp"

namespace mcast::protocol {

/// From this group size on feedback is spread, and answered for many receivers at once.
inline constexpr std::size_t kLargeGroup = 100;

/// RandomBackoff of RFC 5740 section 5.3.1: a truncated exponential over [0, max], so that few of a
/// group of `group_size` answer early and suppress the rest. 0 if max is 0.
[[nodiscard]] inline Duration random_backoff(Rng& rng, Duration max, double group_size) {
    if (max <= Duration::zero()) return Duration::zero();
    const double m = to_seconds(max);
    const double lambda = std::log(std::max(group_size, 1.0)) + 1;
    const double scale = std::exp(lambda) - 1;
    const double x = rng.uniform() * (lambda / m) + lambda / (m * scale);
    return from_seconds(std::clamp(m / lambda * std::log(x * scale * m / lambda), 0.0, m));
}

}  // namespace mcast::protocol
