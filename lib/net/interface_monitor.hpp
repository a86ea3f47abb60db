// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "base/result.hpp"
#include "os/unique_fd.hpp"

namespace mcast::net {

/// Tells that an interface, an address or a route of this machine has changed. It does not tell
/// which: the caller looks again at all of them. One thread; movable.
class InterfaceMonitor {
  public:
    /// Error: network.
    [[nodiscard]] static Result<InterfaceMonitor> open();

    /// Readable when something changed since drain().
    [[nodiscard]] int fd() const { return fd_.get(); }
    /// Takes the announcements back. Call it before looking, or a change could be missed.
    void drain() const;

  private:
    explicit InterfaceMonitor(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

}  // namespace mcast::net
