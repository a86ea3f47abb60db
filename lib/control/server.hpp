// SPDX-License-Identifier: MIT
#pragma once

// The control socket of one session: `<directory>/<session>.sock`, a thread of its own, and
// nothing that a client can do (half a line, a line without end, reading nothing, a thousand
// connections) reaches the thread of the transfer. Owned by the session; destroyed before what the
// handlers refer to.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <mcast/session.hpp>

#include "base/result.hpp"
#include "control/handlers.hpp"

namespace mcast::control {

/// What one client may cost. The defaults are those of docs/status.md.
struct ServerLimits {
    std::size_t connections = 64;        ///< at once; one more gets an error line
    std::size_t queued_lines = 64;       ///< waiting for a slow subscriber; then it is dropped
    std::size_t queued_bytes = 4 << 20;  ///< likewise, beyond the first line
    std::chrono::milliseconds line = std::chrono::seconds(5);    ///< for a request, once begun
    std::chrono::milliseconds idle = std::chrono::seconds(60);   ///< between requests, unsubscribed
    std::chrono::milliseconds stall = std::chrono::seconds(10);  ///< for a client to read something
    std::chrono::milliseconds flush = std::chrono::milliseconds(200);  ///< at the stop
};

class ControlServer {
  public:
    /// Opens the socket (0600) in the directory and starts the thread. `exists` when there is a
    /// socket of that name, `usage` when the path is too long for one.
    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> start(const std::string& directory,
                                                                      const std::string& session,
                                                                      Handlers handlers,
                                                                      ServerLimits limits = {});
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    /// Sends what is queued, within limits.flush, and removes the socket. Not from a handler.
    ~ControlServer();

    /// Hands the event to all subscribers. From any thread; never waits. After `end` everything
    /// is ignored; a subscriber that comes later gets that `end`.
    void publish(const Event& event);

  private:
    class Loop;
    explicit ControlServer(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace mcast::control
