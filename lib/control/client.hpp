// SPDX-License-Identifier: MIT
#pragma once

// The client's end of a control socket: blocking calls, each with a deadline. One thread at a time;
// the destructor closes it. Messages of the server are checked as if it were hostile, too.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "control/rpc.hpp"
#include "os/unique_fd.hpp"

namespace mcast::control {

class Client {
  public:
    using Clock = std::chrono::steady_clock;
    using Deadline = Clock::time_point;
    static constexpr Deadline kNoDeadline = Deadline::max();

    /// `not_found` or `io` with errno ECONNREFUSED if nobody listens there; `timed_out` if the
    /// listener accepts no more.
    [[nodiscard]] static Result<Client> connect(const std::string& path, Deadline deadline);

    [[nodiscard]] Result<void> send(std::string_view line, Deadline deadline);
    /// The next reply or event. `timed_out` at the deadline, `io` if the server is gone, or the
    /// error in its answer.
    [[nodiscard]] Result<rpc::Reply> receive(Deadline deadline);

    /// Sends a request and returns its result; events that come before it are dropped.
    [[nodiscard]] Result<Json> call(rpc::Method method, Json params, Deadline deadline);

    [[nodiscard]] int descriptor() const { return fd_.get(); }

  private:
    explicit Client(UniqueFd fd, std::string path);
    [[nodiscard]] Result<void> wait_until(short events, Deadline deadline);

    UniqueFd fd_;
    std::string path_;
    rpc::LineFramer framer_{rpc::kMaxReply};
};

}  // namespace mcast::control
