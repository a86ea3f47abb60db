// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "storage/source.hpp"

namespace mcast::storage {

/// The content of a stream on its way through a ring of bounded memory: filled at one end, released
/// at the other. The content of a block (`unit`) always lies in one piece. One thread fills, one
/// releases, any number read what is in between.
class RingSource final : public Source {
  public:
    /// Room for `capacity` bytes, rounded up to a number of units, at least two. The content can
    /// have at most `limit` bytes, which size() is until the end is known. Error: unsupported (no
    /// memory).
    [[nodiscard]] static Result<std::unique_ptr<RingSource>> create(ByteCount capacity,
                                                                    ByteCount unit,
                                                                    ByteCount limit);
    ~RingSource() override;

    // The filling thread.
    /// Where content goes next, as far as there is room in one piece; empty if the ring is full.
    [[nodiscard]] MutableBytes room();
    /// So many bytes were written there.
    void filled(std::size_t bytes);
    /// There is no more. What is left of the last unit reads as zeros.
    void end();

    /// The releasing thread: content below will not be read again. Whole units.
    void release(ByteCount offset) { released_.store(offset, std::memory_order_release); }

    /// All of the unit at `offset`, which is available and not released, is zeros.
    [[nodiscard]] bool is_zero(ByteCount offset) const {
        return zeros_[offset % capacity_ / unit_].load(std::memory_order_relaxed);
    }
    [[nodiscard]] ByteCount unit() const { return unit_; }

    [[nodiscard]] ByteCount capacity() const { return capacity_; }
    [[nodiscard]] ByteCount size() const override { return size_.load(std::memory_order_acquire); }
    [[nodiscard]] ByteCount available() const override {
        return filled_.load(std::memory_order_acquire);
    }
    [[nodiscard]] ByteCount stored() const override { return available(); }
    [[nodiscard]] Bytes view(ByteCount offset) const override;
    void read(ByteCount offset, MutableBytes out) const override;
    void will_need(ByteCount, ByteCount) override {}
    void done_with(ByteCount, ByteCount) override {}
    /// A stream cannot change.
    [[nodiscard]] Result<Stamp> check() override { return Stamp{}; }
    [[nodiscard]] Error changed() const override;

  private:
    RingSource(std::uint8_t* memory, ByteCount capacity, ByteCount unit, ByteCount limit)
        : memory_(memory),
          capacity_(capacity),
          unit_(unit),
          zeros_(static_cast<std::size_t>(capacity / unit)),
          size_(limit) {}

    std::uint8_t* memory_;
    const ByteCount capacity_;
    const ByteCount unit_;
    std::vector<std::atomic<bool>> zeros_;  ///< by unit, set before it is available
    std::atomic<ByteCount> size_;
    std::atomic<ByteCount> filled_ = 0;
    std::atomic<ByteCount> released_ = 0;
};

}  // namespace mcast::storage
