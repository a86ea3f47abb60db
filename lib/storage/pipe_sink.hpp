// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/outlet.hpp"
#include "storage/sink.hpp"

namespace mcast::storage {

/// Passes content on in order, by an Outlet. Content that cannot go out yet is held in memory, in
/// pieces. A free piece is used again at once, so as long as nothing is lost few pieces are enough,
/// and stay in the cache, however large the window is. release() writes the front to the outlet and
/// waits for a slow reader; meanwhile the window does not move, which sets the pace of the
/// transfer.
class PipeSink final : public Sink {
  public:
    static constexpr ByteCount kDefaultWindow = ByteCount{512} << 20;
    /// The most memory that is taken, whatever the other side's numbers ask for.
    static constexpr ByteCount kLargestWindow = ByteCount{1} << 30;

    /// The window is at most the size. Error: unsupported (no memory for the window).
    [[nodiscard]] static Result<std::unique_ptr<PipeSink>> create(
        std::unique_ptr<Outlet> outlet, ByteCount size, ByteCount window = kDefaultWindow);

    [[nodiscard]] Result<void> write(ByteCount offset, std::span<const iovec> run) override;
    [[nodiscard]] Result<void> read(ByteCount offset, MutableBytes out) override;
    [[nodiscard]] Result<void> end_at(ByteCount size) override;
    [[nodiscard]] Bytes view(ByteCount offset) const override;
    [[nodiscard]] std::optional<ByteCount> window() const override { return window_; }
    [[nodiscard]] bool in_memory() const override { return true; }
    [[nodiscard]] Result<void> release(ByteCount up_to) override;
    [[nodiscard]] Result<std::string> finish() override;
    std::optional<std::string> abandon() override {
        outlet_->abandon();
        return {};
    }
    void interrupt() override { outlet_->interrupt(); }
    [[nodiscard]] ByteCount left_to_sync() const override { return outlet_->left_to_sync(); }
    [[nodiscard]] bool reader_at_work() const override { return outlet_->reader_at_work(); }

  private:
    using Piece = std::unique_ptr<std::uint8_t[]>;
    static constexpr ByteCount kPieceSize = ByteCount{256} << 10;

    PipeSink(std::unique_ptr<Outlet> outlet, ByteCount size, ByteCount window);
    [[nodiscard]] std::size_t index_of(ByteCount offset) const {
        return (offset / kPieceSize) % held_.size();
    }
    [[nodiscard]] Piece& piece_at(ByteCount offset) { return held_[index_of(offset)]; }
    [[nodiscard]] ByteCount window_end(ByteCount begin) const;
    [[nodiscard]] Result<std::uint8_t*> room_at(ByteCount offset);
    [[nodiscard]] Piece take_free();
    void give_back(Piece piece);
    [[nodiscard]] Result<void> check_range(ByteCount offset, ByteCount length) const;

    std::unique_ptr<Outlet> outlet_;
    std::atomic<ByteCount> size_;  ///< the releasing thread looks at it, too
    ByteCount window_;
    std::atomic<ByteCount> released_ = 0;
    /// By position; null if nothing of it has come yet. The releasing thread has the released
    /// pieces.
    std::vector<Piece> held_;
    std::mutex free_mutex_;
    std::vector<Piece> free_;  ///< the one used last is still in the cache
};

}  // namespace mcast::storage
