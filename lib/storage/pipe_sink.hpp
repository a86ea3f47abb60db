// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "os/unique_fd.hpp"
#include "storage/sink.hpp"
#include "storage/sync_progress.hpp"

namespace mcast::storage {

/// Writes content in order to standard output or another descriptor. Content that cannot go out yet
/// is held in memory, in pieces. A free piece is used again at once, so as long as nothing is lost
/// few pieces are enough, and stay in the cache, however large the window is. release() writes the
/// front to the descriptor and waits for a slow reader; meanwhile the window does not move, which
/// sets the pace of the transfer.
class PipeSink final : public Sink {
  public:
    static constexpr ByteCount kDefaultWindow = ByteCount{512} << 20;
    /// The most memory that is taken, whatever the other side's numbers ask for.
    static constexpr ByteCount kLargestWindow = ByteCount{1} << 30;

    /// Checks that the descriptor can be written to. Error: io.
    [[nodiscard]] static Result<void> check(int fd);
    /// `fd` stays the caller's and must outlive the sink. The window is at most the size. Writes do
    /// not raise SIGPIPE. Errors: io (the descriptor cannot be written to), unsupported (no memory
    /// for the window).
    [[nodiscard]] static Result<std::unique_ptr<PipeSink>> create(
        int fd, ByteCount size, ByteCount window = kDefaultWindow);

    [[nodiscard]] Result<void> write(ByteCount offset, std::span<const iovec> run) override;
    [[nodiscard]] Result<void> read(ByteCount offset, MutableBytes out) override;
    [[nodiscard]] Result<void> end_at(ByteCount size) override;
    [[nodiscard]] Bytes view(ByteCount offset) const override;
    [[nodiscard]] std::optional<ByteCount> window() const override { return window_; }
    [[nodiscard]] bool in_memory() const override { return true; }
    [[nodiscard]] Result<void> release(ByteCount up_to) override;
    /// Brings the content to the disk, if there is one behind the descriptor. The result is "-" for
    /// standard output, else "/dev/fd/N".
    [[nodiscard]] Result<std::string> finish() override;
    std::optional<std::string> abandon() override { return {}; }
    void interrupt() override;
    [[nodiscard]] ByteCount left_to_sync() const override { return sync_.left(); }

  private:
    /// How a write to the descriptor behaves.
    enum class Kind : std::uint8_t { blocking, non_blocking, socket, file };

    using Piece = std::unique_ptr<std::uint8_t[]>;
    static constexpr ByteCount kPieceSize = ByteCount{256} << 10;

    PipeSink(int fd, int wake_fd, ByteCount size, ByteCount window);
    [[nodiscard]] std::size_t index_of(ByteCount offset) const {
        return (offset / kPieceSize) % held_.size();
    }
    [[nodiscard]] Piece& piece_at(ByteCount offset) { return held_[index_of(offset)]; }
    [[nodiscard]] ByteCount window_end(ByteCount begin) const;
    [[nodiscard]] Result<std::uint8_t*> room_at(ByteCount offset);
    [[nodiscard]] Piece take_free();
    void give_back(Piece piece);
    void adopt(unsigned mode, int flags);
    [[nodiscard]] Result<void> check_range(ByteCount offset, ByteCount length) const;
    [[nodiscard]] Result<std::size_t> write_some(Bytes content);
    [[nodiscard]] Result<void> wait_writable();
    [[nodiscard]] bool sync_in_steps();
    [[nodiscard]] Result<void> bring_to_disk();

    std::string name_;  ///< for messages
    std::string path_;
    int fd_;
    UniqueFd own_;  ///< if the caller's is a pipe, our own description of it, which fd_ is
    Kind kind_ = Kind::blocking;
    SyncProgress sync_;
    UniqueFd wake_;  ///< eventfd: readable once interrupted
    std::atomic<bool> interrupted_ = false;
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
