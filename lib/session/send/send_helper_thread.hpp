// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/result.hpp"
#include "net/udp_socket.hpp"

namespace mcast::session {

/// A second thread that sends. Where nothing below segments in hardware, each packet is handed on
/// singly, through a bridge to every receiver's port, by the thread that sends it: the sender's
/// time is spent there and not in the protocol, and two processors do twice as much. One run at a
/// time is given to it, and goes out beside what the loop sends meanwhile: their packets overtake
/// each other by as much as a run takes. The thread starts with the first;
/// while the system has none left, the loop itself sends.
class SendHelperThread {
  public:
    /// `socket` is its own handle on the loop's socket (UdpSocket::twin).
    SendHelperThread(net::UdpSocket socket, const net::Endpoint& group)
        : socket_(std::move(socket)), group_(group) {}
    ~SendHelperThread() = default;
    SendHelperThread(const SendHelperThread&) = delete;
    SendHelperThread& operator=(const SendHelperThread&) = delete;

    /// Loop: sends `run`, whose memory stays as it is until take() has told what became of it.
    void give(const net::Run& run);
    /// Loop: the outcome of the run that was given; empty while it is not known.
    [[nodiscard]] std::optional<Result<net::SendOutcome>> take();

  private:
    void run(const std::stop_token& stop);

    net::UdpSocket socket_;  // the thread's
    const net::Endpoint group_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<net::Run> given_;
    std::optional<Result<net::SendOutcome>> outcome_;  // the loop's once it is done
    std::atomic<bool> done_ = false;
    std::jthread thread_;  ///< last: it stops before the rest goes
};

}  // namespace mcast::session
