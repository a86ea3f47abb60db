// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/udp_socket.hpp"
#include "protocol/send/sender.hpp"
#include "protocol/transmit.hpp"
#include "session/send/send_buffer.hpp"
#include "session/send/send_helper_thread.hpp"
#include "session/send/symbol_run.hpp"

namespace mcast::session {

/// Puts on the wire what the sender's core hands out, run by run; where a packet takes long to
/// send, two runs at a time. Where the socket has no more room it keeps what is left, and tells the
/// core. All references outlive it. The loop's thread.
class SendPath {
  public:
    enum class State : std::uint8_t {
        idle,     ///< the core has nothing due
        more,     ///< there is more, but feedback has its turn first
        blocked,  ///< the socket is full: wait for POLLOUT
        resting,  ///< the socket is full whatever POLLOUT says: wait until resume_at()
    };

    SendPath(protocol::Sender& core, net::UdpSocket& socket, const net::Endpoint& group,
             const SymbolRun& symbols);

    /// Sends what is due. An error of the socket drops the run at hand, which is then lost as if on
    /// the way; whether to go on is the caller's decision.
    [[nodiscard]] Result<State> pump();
    [[nodiscard]] Time resume_at() const { return resume_at_; }
    /// The socket has been opened anew; a run that was on its way beside counts as sent.
    void reopened();
    /// A run is on its way beside: what becomes of it is for the next pump().
    [[nodiscard]] bool aside() const { return given_ != nullptr; }
    /// Datagrams, since the beginning.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    /// A run, from the core until all of it is sent.
    struct Parcel {
        protocol::Transmit transmit;
        SymbolRun symbols;
        std::optional<net::Run> left;  ///< of transmit, not sent yet
    };

    void prepare_aside();
    void fit_buffer();
    [[nodiscard]] Parcel* next(Time now);
    [[nodiscard]] bool may_go_aside(const Parcel& parcel) const;
    void give(Parcel& parcel);
    [[nodiscard]] Result<State> collect(Time now);
    [[nodiscard]] Result<State> send(Time now, Parcel& parcel);
    [[nodiscard]] Result<State> settle(Time now, Parcel& parcel,
                                       const Result<net::SendOutcome>& sent);
    [[nodiscard]] bool hopeless(Time now, const net::SendOutcome& sent);
    [[nodiscard]] State full(Time now, bool progressed);

    protocol::Sender& core_;
    net::UdpSocket& socket_;
    const net::Endpoint group_;
    std::array<Parcel, 2> parcels_;
    SendBuffer buffer_;
    Duration packet_time_{};             ///< that sending one takes, smoothed
    int refused_ = 0;                    ///< attempts in a row that sent nothing
    std::optional<Time> refused_since_;  ///< by the device
    Time resume_at_{};
    std::uint64_t sent_ = 0;
    ByteCount bytes_ = 0;
    Parcel* given_ = nullptr;                ///< to the other thread
    std::optional<SendHelperThread> aside_;  ///< last: it refers to the parcels
};

}  // namespace mcast::session
