// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "os/unique_fd.hpp"

namespace mcast::net {

/// Wakes a loop that waits in poll, from any thread or a signal handler. fd() is readable from
/// wake() until drain(); several calls of wake() in between count as one.
class Waker {
  public:
    /// Error: internal (out of file descriptors).
    [[nodiscard]] static Result<Waker> open();

    [[nodiscard]] int fd() const { return fd_.get(); }
    void wake() const noexcept;
    /// Only for the thread that waits.
    void drain() const noexcept;

  private:
    explicit Waker(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace mcast::net
