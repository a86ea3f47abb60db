// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>

namespace mcast::sim {

/// Packets that have to be sent for a block of `k` symbols until the last of `receivers` holds any
/// k of them, on average: what coded repair with perfect knowledge takes. Each receiver loses each
/// packet, repairs included, with probability `loss`: it needs k plus a negative binomial number,
/// and the block as many as the unluckiest.
[[nodiscard]] inline double least_packets(unsigned k, double loss, std::size_t receivers) {
    double term = std::pow(1 - loss, k);  // of exactly m lost before the k-th arrives
    double below = term;
    double expected = k;
    for (unsigned m = 0; m < 100 * k + 100; ++m) {
        const double more = -std::expm1(static_cast<double>(receivers) * std::log(below));
        expected += more;
        if (more < 1e-9) break;
        term *= loss * (k + m) / (m + 1);
        below = std::fmin(1.0, below + term);
    }
    return expected;
}

}  // namespace mcast::sim
