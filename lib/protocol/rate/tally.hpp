// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "protocol/rate/sample.hpp"

namespace mcast::rate {

/// Fewer packets than these say nothing about loss.
inline constexpr double kMinPackets = 30;

/// Counts of packets that one or more reports cover.
struct Tally {
    double sent = 0;
    double lost = 0;
    double squares = 0;  ///< sum over the reports of (packets lost)^2 / packets sent
    double reports = 0;

    [[nodiscard]] static Tally of(const Sample& sample) {
        const auto sent = static_cast<double>(sample.expected);
        const double lost = std::max(0.0, sent - static_cast<double>(sample.received));
        return {.sent = sent, .lost = lost, .squares = lost * lost / sent, .reports = 1};
    }

    void add(const Tally& more) {
        sent += more.sent;
        lost += more.lost;
        squares += more.squares;
        reports += more.reports;
    }
    [[nodiscard]] double loss() const { return sent > 0 ? lost / sent : 0; }
    /// The variance of the losses, divided by that of independent losses of the same ratio: 1 for
    /// packets lost singly, more for bursts.
    [[nodiscard]] double dispersion() const {
        if (reports < 2 || lost <= 0) return 1;
        const double p = loss();
        const double variance = squares - 2 * p * lost + p * p * sent;
        return std::clamp(variance / (p * (1 - std::min(p, 0.99)) * reports), 1.0, kMostDispersion);
    }

  private:
    static constexpr double kMostDispersion = 60;  ///< bursts of more are other events
};

}  // namespace mcast::rate
