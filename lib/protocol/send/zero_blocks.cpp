// SPDX-License-Identifier: MIT
#include "protocol/send/zero_blocks.hpp"

#include <algorithm>
#include <iterator>

namespace mcast::protocol {
namespace {

// Zeros that were told again are on their way for so long, at least.
constexpr Duration kOnItsWay = std::chrono::milliseconds(5);

}  // namespace

void ZeroBlocks::add(const fec::BlockPartition& partition, const ByteRange& content) {
    const ByteCount begin = content.begin;
    const ByteCount end = std::min(content.end, partition.object_size());
    if (begin >= end) return;
    auto first = partition.block_of_offset(begin);
    if (partition.block_offset(first) < begin) ++first;
    const auto last =
        end == partition.object_size() ? partition.block_count() : partition.block_of_offset(end);
    if (first < last) all_.add(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last));
}

void ZeroBlocks::drop_below(std::uint32_t block) {
    for (RangeSet* blocks : {&all_, &due_, &again_}) blocks->remove(0, block);
}

std::uint32_t ZeroBlocks::run_end(std::uint32_t block) const {
    return std::prev(all_.ranges().upper_bound(block))->second;
}

std::size_t ZeroBlocks::take_asked(RangeSet& blocks, std::uint32_t end_block, Time now,
                                   Time horizon) {
    if (all_.empty()) return 0;
    if (now - since_ > 2 * (now - horizon) + kOnItsWay) {
        again_.clear();
        since_ = now;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> asked;
    for (const auto& [begin, stop] : blocks.ranges()) {
        const std::uint32_t end = std::min(stop, end_block);
        auto it = all_.ranges().upper_bound(begin);
        if (it != all_.ranges().begin()) --it;
        for (; it != all_.ranges().end() && it->first < end; ++it)
            if (it->second > begin)
                asked.emplace_back(std::max(begin, it->first), std::min(end, it->second));
    }
    for (const auto& [begin, end] : asked) {
        blocks.remove(begin, end);
        if (again_.add(begin, end) > 0) due_.add(begin, end);
    }
    return asked.size();
}

std::vector<wire::BlockRange> ZeroBlocks::take(std::size_t ranges, std::uint32_t blocks) {
    std::vector<wire::BlockRange> taken;
    for (const auto& [begin, end] : due_.ranges()) {
        if (taken.size() == ranges || blocks == 0) break;
        const std::uint32_t some = std::min(end - begin, blocks);
        taken.push_back({begin, begin + some - 1});
        blocks -= some;
    }
    if (!taken.empty()) due_.remove(0, taken.back().last + 1);
    return taken;
}

}  // namespace mcast::protocol
