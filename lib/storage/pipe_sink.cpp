// SPDX-License-Identifier: MIT
#include "storage/pipe_sink.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "storage/sigpipe_block.hpp"

namespace mcast::storage {
namespace {

std::unexpected<Error> no_memory(const std::string& name, ByteCount bytes) {
    return fail(ErrorCode::unsupported,
                fmt::format("no memory for the {} bytes that have to be held back in order to "
                            "write to {}",
                            bytes, name));
}

}  // namespace

Result<std::unique_ptr<PipeSink>> PipeSink::create(std::unique_ptr<Outlet> outlet, ByteCount size,
                                                   ByteCount window) {
    window = std::min(size, window);
    if (window > kLargestWindow) return no_memory(outlet->name(), window);
    return std::unique_ptr<PipeSink>(new PipeSink(std::move(outlet), size, window));
}

PipeSink::PipeSink(std::unique_ptr<Outlet> outlet, ByteCount size, ByteCount window)
    : outlet_(std::move(outlet)), size_(size), window_(window), held_(window / kPieceSize + 2) {}

ByteCount PipeSink::window_end(ByteCount begin) const {
    return begin + std::min(window_, size_ - begin);
}

Result<void> PipeSink::check_range(ByteCount offset, ByteCount length) const {
    const ByteCount begin = released_.load();
    const ByteCount end = window_end(begin);
    if (offset >= begin && offset <= end && length <= end - offset) return {};
    return fail(ErrorCode::internal, fmt::format("{} bytes at {} are outside the window {} to {}",
                                                 length, offset, begin, end));
}

Result<void> PipeSink::end_at(ByteCount size) {
    size_ = size;
    return {};
}

Result<void> PipeSink::write(ByteCount offset, std::span<const iovec> run) {
    ByteCount length = 0;
    for (const iovec& piece : run) length += piece.iov_len;
    if (auto range = check_range(offset, length); !range) return range;
    for (const iovec& piece : run) {
        const auto* from = static_cast<const std::uint8_t*>(piece.iov_base);
        for (std::size_t left = piece.iov_len; left > 0;) {
            const auto room = room_at(offset);
            if (!room) return std::unexpected(room.error());
            const auto part = std::min<ByteCount>(left, kPieceSize - offset % kPieceSize);
            std::memcpy(*room, from, part);
            from += part;
            offset += part;
            left -= part;
        }
    }
    return {};
}

/// The memory for the content at `offset`, up to the end of its piece.
Result<std::uint8_t*> PipeSink::room_at(ByteCount offset) {
    Piece& piece = piece_at(offset);
    if (piece == nullptr) piece = take_free();
    if (piece == nullptr) piece.reset(new (std::nothrow) std::uint8_t[kPieceSize]);
    if (piece == nullptr) return no_memory(outlet_->name(), window_);
    return piece.get() + offset % kPieceSize;
}

PipeSink::Piece PipeSink::take_free() {
    const std::scoped_lock lock(free_mutex_);
    if (free_.empty()) return nullptr;
    Piece piece = std::move(free_.back());
    free_.pop_back();
    return piece;
}

void PipeSink::give_back(Piece piece) {
    const std::scoped_lock lock(free_mutex_);
    free_.push_back(std::move(piece));
}

Result<void> PipeSink::read(ByteCount offset, MutableBytes out) {
    if (auto range = check_range(offset, out.size()); !range) return range;
    while (!out.empty()) {
        const ByteCount at = offset % kPieceSize;
        const auto part = std::min<ByteCount>(out.size(), kPieceSize - at);
        if (const Piece& piece = piece_at(offset); piece != nullptr)
            std::memcpy(out.data(), piece.get() + at, part);
        else
            std::memset(out.data(), 0, part);
        offset += part;
        out = out.subspan(part);
    }
    return {};
}

Bytes PipeSink::view(ByteCount offset) const {
    const ByteCount begin = released_.load();
    const ByteCount end = window_end(begin);
    if (offset < begin || offset >= end) return {};
    const Piece& piece = held_[index_of(offset)];
    if (piece == nullptr) return {};
    const ByteCount at = offset % kPieceSize;
    return {piece.get() + at, std::min(end - offset, kPieceSize - at)};
}

Result<void> PipeSink::release(ByteCount up_to) {
    ByteCount begin = released_.load();
    if (up_to <= begin) return {};
    if (auto range = check_range(begin, up_to - begin); !range) return range;
    const SigpipeBlock block;
    while (begin < up_to) {
        const ByteCount at = begin % kPieceSize;
        const auto room = room_at(begin);
        if (!room) return std::unexpected(room.error());
        const auto written =
            outlet_->write_some(Bytes(*room, std::min(up_to - begin, kPieceSize - at)));
        if (!written) return std::unexpected(written.error());
        begin += *written;
        if (at + *written == kPieceSize) give_back(std::move(piece_at(begin - 1)));
        released_.store(begin);
    }
    return {};
}

Result<std::string> PipeSink::finish() {
    if (released_ != size_)
        return fail(ErrorCode::internal,
                    fmt::format("{} of {} bytes are written out", released_.load(), size_.load()));
    return outlet_->finish(size_);
}

}  // namespace mcast::storage
