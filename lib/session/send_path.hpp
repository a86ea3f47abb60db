// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/udp_socket.hpp"
#include "protocol/sender.hpp"
#include "protocol/transmit.hpp"
#include "session/send_buffer.hpp"
#include "session/symbol_run.hpp"

namespace mcast::session {

/// Puts on the wire what the sender's core hands out, run by run. Where the socket has no more
/// room it keeps what is left, and tells the core. All references
/// outlive it. The loop's thread.
class SendPath {
  public:
    enum class State : std::uint8_t {
        idle,     ///< the core has nothing due
        more,     ///< there is more, but feedback has its turn first
        blocked,  ///< the socket is full: wait for POLLOUT
        resting,  ///< the socket is full whatever POLLOUT says: wait until resume_at()
    };

    SendPath(protocol::Sender& core, net::UdpSocket& socket, const net::Endpoint& group,
             SymbolRun& symbols)
        : core_(core), socket_(socket), group_(group), symbols_(symbols) {}

    /// Sends what is due. An error of the socket drops the run at hand, which is then lost as if on
    /// the way; whether to go on is the caller's decision.
    [[nodiscard]] Result<State> pump();
    [[nodiscard]] Time resume_at() const { return resume_at_; }
    /// Datagrams, since the beginning.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    void fit_buffer();
    [[nodiscard]] State full(Time now, bool progressed);

    protocol::Sender& core_;
    net::UdpSocket& socket_;
    const net::Endpoint group_;
    SymbolRun& symbols_;
    SendBuffer buffer_;
    protocol::Transmit transmit_;
    std::optional<net::Run> left_;  ///< of transmit_, not sent yet
    int refused_ = 0;               ///< attempts in a row that sent nothing
    Time resume_at_{};
    std::uint64_t sent_ = 0;
    ByteCount bytes_ = 0;
};

}  // namespace mcast::session
