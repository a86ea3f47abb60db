// SPDX-License-Identifier: MIT
#pragma once

// The control socket of one session: `<directory>/<session>.sock`. It has its own thread, so that
// nothing that a client does (half a line, a line without end, reading nothing, a thousand
// connections) reaches the thread of the transfer. The session owns it, and destroys it before the
// objects that the handlers use.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <mcast/session.hpp>

#include "base/result.hpp"
#include "control/handlers.hpp"

namespace mcast::control {

/// Limits on the cost of clients. The defaults are those of docs/status.md.
struct ServerLimits {
    std::size_t connections = 64;        ///< at the same time; one more gets an error line
    std::size_t queued_lines = 64;       ///< for a slow subscriber; at more it is dropped
    std::size_t queued_bytes = 4 << 20;  ///< likewise, beyond the first line
    std::chrono::milliseconds line = std::chrono::seconds(5);    ///< for a request, once begun
    std::chrono::milliseconds idle = std::chrono::seconds(60);   ///< between requests, unsubscribed
    std::chrono::milliseconds stall = std::chrono::seconds(10);  ///< without a read by the client
    std::chrono::milliseconds flush = std::chrono::milliseconds(200);  ///< at the stop
};

class ControlServer {
  public:
    /// Opens the socket (0600) in the directory and starts the thread. `exists` if there is a
    /// socket of that name, `usage` if the path is too long.
    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> start(const std::string& directory,
                                                                      const std::string& session,
                                                                      Handlers handlers,
                                                                      ServerLimits limits = {});
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    /// Sends what is queued, within limits.flush, and removes the socket. Not from a handler.
    ~ControlServer();

    /// Sends the event to all subscribers. Any thread; never waits. Events after `end` are ignored;
    /// a later subscriber gets that `end`.
    void publish(const Event& event);

  private:
    class Loop;
    explicit ControlServer(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace mcast::control
