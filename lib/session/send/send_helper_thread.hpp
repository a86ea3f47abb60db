// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/result.hpp"
#include "net/run_sealer.hpp"
#include "net/udp_socket.hpp"

namespace mcast::session {

/// A second thread that sends, for devices that do not segment in hardware. There the sending
/// thread takes each packet through the kernel singly, over a bridge to every receiver's port,
/// which costs more time than the protocol; two processors send twice as much. The thread gets one
/// run at a time and sends it beside the runs that the loop sends, so packets overtake each other
/// by up to one run. It starts with its first run. If the system has no thread left, the loop sends
/// that run itself.
class SendHelperThread {
  public:
    /// `socket` is a handle of its own on the loop's socket (UdpSocket::twin).
    SendHelperThread(net::UdpSocket socket, const net::Endpoint& group)
        : socket_(std::move(socket)), group_(group) {}
    ~SendHelperThread() = default;
    SendHelperThread(const SendHelperThread&) = delete;
    SendHelperThread& operator=(const SendHelperThread&) = delete;

    /// Loop: sends `run`, sealed by `sealer` if there is one. Its memory must stay as it is until
    /// take() returns the outcome, and `sealer` is this thread's until then.
    void give(const net::Run& run, net::RunSealer* sealer = nullptr);
    /// Loop: the outcome of the run; empty while it is not known.
    [[nodiscard]] std::optional<Result<net::SendOutcome>> take();

  private:
    struct Task {
        net::Run run;
        net::RunSealer* sealer;
    };

    void run(const std::stop_token& stop);

    net::UdpSocket socket_;  // the thread's
    const net::Endpoint group_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<Task> given_;
    std::optional<Result<net::SendOutcome>> outcome_;  // the loop's once it is done
    std::atomic<bool> done_ = false;
    std::jthread thread_;  ///< last: it stops before the rest goes
};

}  // namespace mcast::session
