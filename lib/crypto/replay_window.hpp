// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mcast::crypto {

/// Remembers which of the last counters of a session have come, so that none is taken twice
/// (RFC 6479). Whatever is older than the window counts as come. One thread.
class ReplayWindow {
  public:
    /// `bits`: a multiple of 64. One word of them is lost to rounding.
    explicit ReplayWindow(std::size_t bits) : words_(bits / kWord) {}

    [[nodiscard]] bool is_new(std::uint64_t counter) const {
        if (counter >= end_) return true;
        const std::uint64_t reach = (words_.size() - 1) * kWord;
        if (end_ - counter > reach) return false;
        return (words_[slot(counter)] >> (counter % kWord) & 1) == 0;
    }

    /// To be called for what was authenticated, and was new.
    void note(std::uint64_t counter) {
        if (counter >= end_) {
            const std::uint64_t newest = end_ == 0 ? 0 : (end_ - 1) / kWord;
            const std::uint64_t steps =
                std::min<std::uint64_t>(counter / kWord - newest, words_.size());
            for (std::uint64_t i = 0; i < steps; ++i)
                words_[(counter / kWord - i) % words_.size()] = 0;
            end_ = counter + 1;
        }
        words_[slot(counter)] |= std::uint64_t{1} << (counter % kWord);
    }

  private:
    static constexpr std::uint64_t kWord = 64;
    [[nodiscard]] std::size_t slot(std::uint64_t counter) const {
        return counter / kWord % words_.size();
    }

    std::vector<std::uint64_t> words_;  ///< a ring: bit c % 64 of word c / 64
    std::uint64_t end_ = 0;             ///< one more than the highest counter that has come
};

}  // namespace mcast::crypto
