// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "os/child_process.hpp"
#include "os/unique_fd.hpp"
#include "storage/descriptor_outlet.hpp"
#include "storage/outlet.hpp"

namespace mcast::storage {

/// A command of the user's that takes content on its standard input.
struct Consumer {
    std::string command;
    std::vector<ChildProcess::Variable> facts;  ///< for its environment
    std::chrono::milliseconds patience{};       ///< with one that does not read
};

/// Writes to the standard input of a command. The command starts with the first content, so an
/// offer without content starts none. It succeeds when it has read everything and exits with 0;
/// anything else is the error exec_failed, with how it ended and its last words.
class CommandOutlet final : public Outlet {
  public:
    [[nodiscard]] static Result<std::unique_ptr<CommandOutlet>> create(Consumer consumer);

    /// Errors: exec_failed, cancelled, timed_out (it does not read).
    [[nodiscard]] Result<std::size_t> write_some(Bytes content) override;
    /// Closes the pipe, and waits until the command has ended, however long it takes. Error
    /// timed_out: it does not read what is left. There is no path.
    [[nodiscard]] Result<std::string> finish(ByteCount size) override;
    /// Ends the command, which does not see the end of its input before.
    void abandon() override;
    [[nodiscard]] std::string name() const override { return "the command"; }
    void interrupt() override;
    /// The bytes that the command has yet to read, once all is written.
    [[nodiscard]] ByteCount left_to_sync() const override { return unread_.load(); }
    [[nodiscard]] bool reader_at_work() const override { return at_work_.load(); }

  private:
    CommandOutlet(Consumer consumer, UniqueFd wake)
        : consumer_(std::move(consumer)), wake_(std::move(wake)) {}
    [[nodiscard]] Result<void> start();
    void close_pipe();
    [[nodiscard]] Result<ProcessEnding> wait_end(const UniqueFd& pipe);
    [[nodiscard]] std::unexpected<Error> stopped_reading();

    const Consumer consumer_;
    const UniqueFd wake_;  ///< eventfd: readable once interrupted
    std::atomic<ByteCount> unread_ = 0;
    std::atomic<bool> at_work_ = false;
    std::unique_ptr<ChildProcess> child_;
    std::mutex mutex_;  ///< guards the rest
    std::unique_ptr<DescriptorOutlet> input_;
    bool interrupted_ = false;
};

}  // namespace mcast::storage
