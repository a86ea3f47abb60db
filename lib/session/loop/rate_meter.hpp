// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::session {

/// The rate at which a count grew during the last second or so, for people to look at. Fixed size.
class RateMeter {
  public:
    void add(Time now, ByteCount total) {
        if (count_ > 0 && now - sample(count_ - 1).when < kSpacing) return;
        if (count_ == kSamples) {
            first_ = (first_ + 1) % kSamples;
            --count_;
        }
        samples_[(first_ + count_++) % kSamples] = {now, total};
        while (count_ > 2 && now - sample(1).when >= kSpan) {
            first_ = (first_ + 1) % kSamples;
            --count_;
        }
    }

    /// Zero until two samples are apart.
    [[nodiscard]] DataRate rate() const {
        if (count_ < 2) return {};
        const Sample& oldest = sample(0);
        const Sample& newest = sample(count_ - 1);
        const ByteCount grown = std::max(newest.total, oldest.total) - oldest.total;
        return DataRate::bytes_per_second(static_cast<double>(grown) /
                                          to_seconds(newest.when - oldest.when));
    }

  private:
    struct Sample {
        Time when{};
        ByteCount total = 0;
    };
    static constexpr Duration kSpan = std::chrono::seconds(1);
    static constexpr Duration kSpacing = std::chrono::milliseconds(40);
    static constexpr std::size_t kSamples = 32;

    [[nodiscard]] const Sample& sample(std::size_t i) const {
        return samples_[(first_ + i) % kSamples];
    }

    std::array<Sample, kSamples> samples_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace mcast::session
