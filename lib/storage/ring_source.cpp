// SPDX-License-Identifier: MIT
#include "storage/ring_source.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <sys/mman.h>

#include "base/zeros.hpp"

namespace mcast::storage {
namespace {

constexpr ByteCount kLeastUnits = 2;

}  // namespace

Result<std::unique_ptr<RingSource>> RingSource::create(ByteCount capacity, ByteCount unit,
                                                       ByteCount limit) {
    const ByteCount units = std::max((capacity + unit - 1) / unit, kLeastUnits);
    capacity = units * unit;
    void* memory =
        ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return fail(ErrorCode::unsupported,
                    fmt::format("no memory for a buffer of {} bytes", capacity), errno);
    return std::unique_ptr<RingSource>(
        new RingSource(static_cast<std::uint8_t*>(memory), capacity, unit, limit));
}

RingSource::~RingSource() {
    ::munmap(memory_, capacity_);
}

MutableBytes RingSource::room() {
    const ByteCount filled = filled_.load(std::memory_order_relaxed);
    const ByteCount released = released_.load(std::memory_order_acquire);
    const ByteCount at = filled % capacity_;
    const ByteCount free = std::min(released + capacity_, size_.load()) - filled;
    return {memory_ + at, static_cast<std::size_t>(std::min(free, capacity_ - at))};
}

// The content is in the cache of the thread that has just filled it.
void RingSource::filled(std::size_t bytes) {
    const ByteCount before = filled_.load(std::memory_order_relaxed);
    const ByteCount after = before + bytes;
    for (ByteCount unit = before / unit_; (unit + 1) * unit_ <= after; ++unit) {
        const ByteCount at = unit * unit_ % capacity_;
        zeros_[at / unit_].store(all_zero({memory_ + at, static_cast<std::size_t>(unit_)}),
                                 std::memory_order_relaxed);
    }
    filled_.store(after, std::memory_order_release);
}

void RingSource::end() {
    const ByteCount filled = filled_.load(std::memory_order_relaxed);
    if (const ByteCount rest = filled % unit_; rest > 0)
        std::memset(memory_ + filled % capacity_, 0, unit_ - rest);
    size_.store(filled, std::memory_order_release);
}

Bytes RingSource::view(ByteCount offset) const {
    const ByteCount filled = available();
    if (offset >= filled) return {};
    const ByteCount at = offset % capacity_;
    // The zeros that fill up the last unit may be read, too.
    const ByteCount end = (filled + unit_ - 1) / unit_ * unit_;
    return {memory_ + at, static_cast<std::size_t>(std::min(end - offset, capacity_ - at))};
}

void RingSource::read(ByteCount offset, MutableBytes out) const {
    while (!out.empty()) {
        const ByteCount at = offset % capacity_;
        const auto part = static_cast<std::size_t>(std::min<ByteCount>(out.size(), capacity_ - at));
        std::memcpy(out.data(), memory_ + at, part);
        offset += part;
        out = out.subspan(part);
    }
}

Error RingSource::changed() const {
    return {.code = ErrorCode::internal, .message = "the buffer of the stream has changed"};
}

}  // namespace mcast::storage
