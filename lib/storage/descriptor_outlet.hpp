// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "os/unique_fd.hpp"
#include "storage/outlet.hpp"
#include "storage/sync_progress.hpp"

namespace mcast::storage {

/// Writes to standard output or another descriptor: a pipe, a socket, a terminal, or a file or disk
/// behind the shell's redirection. It can be interrupted. Its caller keeps SIGPIPE away.
class DescriptorOutlet final : public Outlet {
  public:
    /// Checks that the descriptor can be written to. Error: io.
    [[nodiscard]] static Result<void> check(int fd);
    /// A reader that takes nothing for so long stands still; negative: no time is too long.
    using Patience = std::chrono::milliseconds;
    static constexpr Patience kEndless{-1};
    /// `fd` stays the caller's and must outlive the outlet. `name`: for messages; empty: by `fd`.
    /// Error: io.
    [[nodiscard]] static Result<std::unique_ptr<DescriptorOutlet>> create(
        int fd, const std::string& name = {}, Patience patience = kEndless);

    /// Errors: io, cancelled, timed_out (the patience is over).
    [[nodiscard]] Result<std::size_t> write_some(Bytes content) override;
    /// Brings the content to the disk, if there is one behind the descriptor. The path is "-" for
    /// standard output, else "/dev/fd/N".
    [[nodiscard]] Result<std::string> finish(ByteCount size) override;
    [[nodiscard]] std::string name() const override { return name_; }
    void interrupt() override;
    [[nodiscard]] ByteCount left_to_sync() const override { return sync_.left(); }

  private:
    /// How a write to the descriptor behaves.
    enum class Kind : std::uint8_t { blocking, non_blocking, socket, file };

    DescriptorOutlet(int fd, int wake_fd, const std::string& name, Patience patience);
    void adopt(unsigned mode, int flags);
    [[nodiscard]] Result<void> wait_writable();
    [[nodiscard]] bool sync_in_steps(ByteCount size);
    [[nodiscard]] Result<void> bring_to_disk(ByteCount size);

    std::string name_;
    std::string path_;
    Patience patience_;
    int fd_;
    UniqueFd own_;  ///< if the caller's is a pipe, our own description of it, which fd_ is
    Kind kind_ = Kind::blocking;
    SyncProgress sync_;
    UniqueFd wake_;  ///< eventfd: readable once interrupted
    std::atomic<bool> interrupted_ = false;
};

}  // namespace mcast::storage
