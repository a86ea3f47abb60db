// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/run_sealer.hpp"
#include "net/session_seal.hpp"
#include "net/udp_socket.hpp"
#include "protocol/send/sender.hpp"
#include "protocol/transmit.hpp"
#include "session/send/send_buffer.hpp"
#include "session/send/send_helper_thread.hpp"
#include "session/send/symbol_run.hpp"

namespace mcast::session {

/// How packets are sealed; without a seal they are plain.
struct Sealing {
    net::SessionSeal* seal = nullptr;
    std::function<bool()> spoilt = {};  ///< see net::RunSealer
};

/// Sends the packets that the sender's core hands out, run by run, and two runs at a time if
/// packets take long to send. When the socket is full, it keeps the rest of the run and tells the
/// core. All references outlive it. The loop's thread.
class SendPath {
  public:
    enum class State : std::uint8_t {
        idle,     ///< the core has nothing due
        more,     ///< the core has more, but it is time to look at feedback
        blocked,  ///< the socket is full: wait for POLLOUT
        resting,  ///< the socket is full whatever POLLOUT says: wait until resume_at()
    };

    SendPath(protocol::Sender& core, net::UdpSocket& socket, const net::Endpoint& group,
             const SymbolRun& symbols, const Sealing& sealing = {});

    SendPath(const SendPath&) = delete;
    SendPath& operator=(const SendPath&) = delete;

    /// Sends the packets that are due. An error of the socket drops the run at hand, as if it were
    /// lost on the path; the caller decides whether to go on.
    [[nodiscard]] Result<State> pump();
    [[nodiscard]] Time resume_at() const { return resume_at_; }
    /// The socket was opened anew. A run that the other thread has counts as sent.
    void reopened();
    /// True while the other thread has a run, whose outcome the next pump() handles.
    [[nodiscard]] bool aside() const { return given_ != nullptr; }
    /// The number of datagrams since the beginning.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    /// A run from the core, kept until all of it is sent.
    struct Parcel {
        protocol::Transmit transmit;
        SymbolRun symbols;
        std::optional<net::Run> left = {};          ///< of transmit, not sent yet
        std::optional<net::RunSealer> sealer = {};  ///< of a session with a secret

        net::RunSealer* seals() { return sealer ? &*sealer : nullptr; }
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
    net::SessionSeal* const seal_;
    std::array<Parcel, 2> parcels_;
    SendBuffer buffer_;
    Duration packet_time_{};             ///< smoothed time that it takes to send one
    int refused_ = 0;                    ///< attempts in a row that sent nothing
    std::optional<Time> refused_since_;  ///< by the device
    Time resume_at_{};
    std::uint64_t sent_ = 0;
    ByteCount bytes_ = 0;
    Parcel* given_ = nullptr;                ///< to the other thread
    std::optional<SendHelperThread> aside_;  ///< last: it refers to the parcels
};

}  // namespace mcast::session
