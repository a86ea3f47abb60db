// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace mcast::protocol {

/// A set of numbers held as disjoint half-open ranges: what is missing, or wanted. Its size is the
/// number of ranges, not of numbers.
class RangeSet {
  public:
    /// How many of them are new.
    std::uint32_t add(std::uint32_t begin, std::uint32_t end) {
        if (begin >= end) return 0;
        std::uint32_t fresh = end - begin;
        auto it = ranges_.upper_bound(begin);
        if (it != ranges_.begin() && std::prev(it)->second >= begin) --it;
        while (it != ranges_.end() && it->first <= end) {
            const auto [from, to] = *it;
            fresh -= std::min(to, end) - std::max(from, begin);
            begin = std::min(begin, it->first);
            end = std::max(end, it->second);
            it = ranges_.erase(it);
        }
        ranges_.emplace(begin, end);
        return fresh;
    }

    void remove(std::uint32_t begin, std::uint32_t end) {
        if (begin >= end) return;
        auto it = ranges_.upper_bound(begin);
        if (it != ranges_.begin() && std::prev(it)->second > begin) --it;
        while (it != ranges_.end() && it->first < end) {
            const auto [first, last] = *it;
            it = ranges_.erase(it);
            if (first < begin) ranges_.emplace(first, begin);
            if (last > end) ranges_.emplace(end, last);
        }
    }

    [[nodiscard]] bool contains(std::uint32_t n) const {
        auto it = ranges_.upper_bound(n);
        return it != ranges_.begin() && std::prev(it)->second > n;
    }
    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    [[nodiscard]] std::uint32_t front() const { return ranges_.begin()->first; }
    /// Half-open ranges in ascending order: pairs (begin, end).
    [[nodiscard]] const std::map<std::uint32_t, std::uint32_t>& ranges() const { return ranges_; }
    void clear() { ranges_.clear(); }

  private:
    std::map<std::uint32_t, std::uint32_t> ranges_;
};

}  // namespace mcast::protocol
