// SPDX-License-Identifier: MIT
#include "session/send/parity_cache.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.hpp"

namespace mcast::session {
namespace {

constexpr std::size_t kRowsPerSlab = 64;
constexpr std::uint32_t kLead = 8;  // blocks: 12 ms at 1 Gbit/s

// Whole cache lines: no two rows share one.
std::size_t row_bytes(std::uint16_t segment_size) {
    return (segment_size + std::size_t{63}) / 64 * 64;
}

}  // namespace

ParityCache::ParityCache(const protocol::ObjectParams& object, const storage::Source& source,
                         ByteCount limit, ParityPrefetch* ahead)
    : encoder_(object, source),
      ahead_(ahead),
      row_bytes_(row_bytes(object.segment_size)),
      max_rows_(std::max<std::size_t>(limit / row_bytes_, protocol::Transmit::kMaxRun)) {}

void ParityCache::prepare(const protocol::Transmit& run) {
    adopt();
    ++run_;
    for (std::size_t i = 0; i < run.count();) {
        const auto& first = run.symbol(i);
        std::size_t end = i + 1;
        if (!first.parity) {
            newest_ = std::max(newest_, first.block);
        } else {
            while (end < run.count() && run.symbol(end).parity &&
                   run.symbol(end).block == first.block &&
                   run.symbol(end).symbol == first.symbol + (end - i)) {
                ++end;
            }
            ensure(first.block, first.symbol, static_cast<std::uint16_t>(end - i));
        }
        i = end;
    }
}

const std::uint8_t* ParityCache::symbol(std::uint32_t block, std::uint16_t symbol) const {
    const auto found = blocks_.find(block);
    MCAST_ASSERT(found != blocks_.end() && symbol < encoder_.parity());
    return found->second.rows[symbol];
}

ParityCache::Block& ParityCache::touch(std::uint32_t block) {
    const auto [found, added] = blocks_.try_emplace(block);
    Block& entry = found->second;
    if (added) {
        entry.rows.assign(encoder_.parity(), nullptr);
        entry.place = order_.insert(order_.end(), block);
    } else {
        order_.splice(order_.end(), order_, entry.place);
    }
    entry.run = run_;
    return entry;
}

void ParityCache::ensure(std::uint32_t block, std::uint16_t first, std::uint16_t count) {
    MCAST_ASSERT(first + count <= encoder_.parity());
    if (first == 0 && block == newest_) expect(block, count);
    Block& entry = touch(block);
    const auto held = [&](std::uint16_t row) { return entry.rows[row] != nullptr; };
    for (auto row = first; row < first + count;) {
        if (held(row)) {
            ++row;
            continue;
        }
        const auto begin = row;
        while (row < first + count && !held(row)) entry.rows[row++] = take_row();
        const auto rows = std::span(entry.rows).subspan(begin, row - begin);
        encoder_.encode(block, begin, rows);
        encoded_ += rows.size();
    }
}

// New blocks go out in order, each with about as much parity as the one before. The receiver that
// lost most asks for a bit more than that.
void ParityCache::expect(std::uint32_t block, std::uint16_t count) {
    const std::uint32_t next = block + kLead;
    if (ahead_ == nullptr || next < expected_ || next >= encoder_.partition().block_count()) return;
    if (!encoder_.has(next)) return;
    expected_ = next + 1;
    ahead_->want(next, static_cast<std::uint16_t>(std::min<int>(count + 1, encoder_.parity())));
}

void ParityCache::adopt() {
    if (ahead_ == nullptr || !ahead_->ready()) return;
    ++run_;
    ahead_->collect(adopted_);
    for (const auto& job : adopted_) {
        Block& entry = touch(job.block);
        const std::size_t size = encoder_.partition().parity_size(job.block);
        for (std::size_t i = 0; i < job.count; ++i) {
            if (entry.rows[i] != nullptr) continue;
            entry.rows[i] = take_row();
            std::memcpy(entry.rows[i], job.symbols.data() + i * size, size);
        }
    }
}

std::uint8_t* ParityCache::take_row() {
    while (free_.empty() && made_ >= max_rows_ && evict_oldest()) continue;
    if (!free_.empty()) {
        auto* row = free_.back();
        free_.pop_back();
        return row;
    }
    slabs_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(row_bytes_ * kRowsPerSlab));
    made_ += kRowsPerSlab;
    auto* first = slabs_.back().get();
    for (std::size_t i = 1; i < kRowsPerSlab; ++i) free_.push_back(first + i * row_bytes_);
    return first;
}

bool ParityCache::evict_oldest() {
    if (order_.empty()) return false;
    const auto oldest = blocks_.find(order_.front());
    MCAST_ASSERT(oldest != blocks_.end());
    if (oldest->second.run == run_) return false;  // in use by the run being prepared
    for (auto* row : oldest->second.rows) {
        if (row != nullptr) free_.push_back(row);
    }
    blocks_.erase(oldest);
    order_.pop_front();
    return true;
}

}  // namespace mcast::session
