// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/endpoint.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/membership_keeper.hpp"
#include "session/loop/no_peer_diagnosis.hpp"
#include "session/loop/session_front.hpp"
#include "session/loop/socket_error_grace.hpp"

namespace mcast::session {

/// A session's attachment to its network: owns the channel and keeps it usable. It follows the
/// interface to another address, renews the membership of the group, bears errors of the sockets
/// for a while, and warns of what is wrong when the other side is not heard. The loop's thread;
/// `front` outlives it.
class NetworkAttachment {
  public:
    NetworkAttachment(Channel channel, Role role, Time begin, SessionFront& front)
        : front_(front),
          role_(role),
          channel_(std::move(channel)),
          diagnosis_(begin),
          membership_(begin) {}
    NetworkAttachment(const NetworkAttachment&) = delete;
    NetworkAttachment& operator=(const NetworkAttachment&) = delete;

    [[nodiscard]] Channel& channel() { return channel_; }
    [[nodiscard]] const Channel& channel() const { return channel_; }

    /// When upkeep() is due.
    [[nodiscard]] Time due() const {
        return std::min({follow_at_, membership_.due(), diagnosis_.due()});
    }
    /// Does what is due. True: packets leave from another address now, by another socket.
    [[nodiscard]] bool upkeep(Time now);

    /// A packet of our own came back from the group.
    void heard_self() { diagnosis_.heard_self(); }
    /// A packet of somebody else came in.
    void heard_others() { diagnosis_.heard_others(); }
    /// The other side answers: an offer, a receiver, the answer to a join.
    void answered(Time now) {
        diagnosis_.answered();
        membership_.heard(now);
    }

    /// At a receiver, the sender that it listens to; empty when there is none.
    [[nodiscard]] const net::Endpoint& peer() const { return peer_; }
    void heard_peer(Time now, const net::Endpoint& from) {
        peer_heard_ = now;
        membership_.heard(now);
        if (!(from == peer_)) peer_ = from;
    }
    /// A join was sent to the peer, which should answer it.
    void joins(Time now) { diagnosis_.joins(now); }
    /// The wait for a peer begins anew.
    void forget_peer(Time now) {
        peer_ = {};
        diagnosis_ = NoPeerDiagnosis(now);
    }

    void sent() { send_errors_.worked(); }
    void received() { receive_errors_.worked(); }
    /// True: sending (or receiving) has failed for as long as `limit`; without one it may fail for
    /// ever.
    [[nodiscard]] bool send_failed(Time now, const Error& error, std::optional<Duration> limit) {
        return send_errors_.failed(now, error, limit, front_);
    }
    [[nodiscard]] bool receive_failed(Time now, const Error& error, std::optional<Duration> limit) {
        return receive_errors_.failed(now, error, limit, front_);
    }
    /// `error`, or why packets cannot leave if that explains that the other side is not heard.
    [[nodiscard]] Error true_cause(const Error& error) const;

  private:
    [[nodiscard]] bool follow(Time now);
    void announce(Time now) { membership_.announce(now, channel_, peer_); }
    void diagnose(Time now);

    SessionFront& front_;
    const Role role_;
    Channel channel_;
    net::Endpoint peer_;
    Time peer_heard_{};
    SocketErrorGrace send_errors_;
    SocketErrorGrace receive_errors_;
    NoPeerDiagnosis diagnosis_;
    MembershipKeeper membership_;
    Time follow_at_{};
};

}  // namespace mcast::session
