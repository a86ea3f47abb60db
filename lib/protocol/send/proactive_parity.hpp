// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mcast::protocol {

/// How much parity to send with a block without being asked (`--fec auto`), learnt from requests:
/// the demand of a block is the parity that its neediest receiver needed in the end. Two quantiles
/// of it are tracked. The typical one is sent with every block: it is nearly always needed anyway,
/// costs little and saves a round of requests. The tail one is sent with the last blocks, where a
/// round of repair is only waiting time.
///
/// No model of loss is in it: bursts, many receivers and different losses all show in the demand.
class ProactiveParity {
  public:
    /// Part of the blocks that are to need no more than what is sent with them.
    static constexpr double kTypical = 0.4;
    static constexpr double kTail = 0.97;
    static constexpr double kBeyond = 0.75;  // as far again as leaves one of 3000, if it is normal
    static constexpr double kApart = 2.1;    // standard deviations between the two, if it is

    /// A block that was sent with `sent` unasked turned out to need `demand`, when that is more;
    /// else nothing is known but that `sent` sufficed.
    void on_block(std::uint16_t sent, std::uint16_t demand) {
        ++blocks_;
        track(typical_, kTypical, sent, demand);
        track(tail_, kTail, sent, demand);
        tail_ = std::max(tail_, typical_);
    }

    /// One of so many receivers has just asked for that much. It counts until blocks have been
    /// settled. The unluckiest of many needs more than a single one does.
    void on_request(std::uint16_t demand, std::size_t receivers) {
        if (blocks_ >= kFirst) return;
        const double spread = std::sqrt(2 * std::log(static_cast<double>(receivers) + 1) * demand);
        if (receivers >= kMany) typical_ = std::max(typical_, 0.75 * (demand + 0.75 * spread));
        tail_ = std::max(tail_, typical_);
    }

    [[nodiscard]] std::uint16_t typical() const { return rounded(typical_); }
    /// More than the tail quantile, for so many blocks: a single block that needs more makes all
    /// wait.
    [[nodiscard]] std::uint16_t tail(double blocks) const {
        const double unlucky = std::sqrt(2 * std::log(20 * std::max(blocks, 1.0)));
        const double beyond = std::max(kBeyond, unlucky / kApart - 1);
        return rounded(std::ceil(tail_ + beyond * (tail_ - typical_)));
    }

  private:
    static std::uint16_t rounded(double level) {
        return static_cast<std::uint16_t>(std::lround(level));
    }

    // The estimate of a quantile rests where rare, long steps up and frequent, short steps down
    // cancel out.
    void track(double& level, double quantile, std::uint16_t sent, std::uint16_t demand) const {
        const double quick = blocks_ <= kFirst ? 4 : 16;
        const double step = 0.5 + 0.02 * level;
        if (demand > sent) {
            const double distance = demand - level;
            if (distance > 0.5)
                level += std::min(distance, quantile * step + distance / quick);
            else if (distance < -0.5)
                level -= (1 - quantile) * step;
        } else if (sent <= level + 1) {
            level -= (1 - quantile) * step;
        }
        level = std::max(level, 0.0);
    }

    static constexpr std::uint32_t kFirst = 32;  // blocks, while little is known
    static constexpr std::size_t kMany = 50;     // receivers, whose first requests are a burden

    std::uint32_t blocks_ = 0;
    double typical_ = 0;
    double tail_ = 0;
};

}  // namespace mcast::protocol
