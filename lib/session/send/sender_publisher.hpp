// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "crypto/opener.hpp"
#include "net/endpoint.hpp"
#include "protocol/send/sender.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/rate_meter.hpp"
#include "session/loop/session_front.hpp"
#include "session/loop/status_clock.hpp"
#include "session/loop/transfer_result.hpp"
#include "session/send/receiver_paths.hpp"
#include "session/send/sender_status.hpp"

namespace mcast::session {

/// Publishes the work of a sender's core: its status now and then, and an event when something
/// happens to a receiver or to the session. The loop's thread; all references outlive it.
class SenderPublisher {
  public:
    /// `unopened`: null for a session without a secret.
    SenderPublisher(const protocol::Sender& core, const Channel& channel,
                    const TransferResult& result, SessionFront& front, Time begin,
                    const crypto::Unopened* unopened = nullptr)
        : core_(core),
          channel_(channel),
          unopened_(unopened),
          result_(result),
          front_(front),
          clock_(begin) {}

    /// When refresh() is due.
    [[nodiscard]] Time due() const { return clock_.next(); }
    /// Calls show(), and warns of receivers that only small packets reach.
    void refresh(Time now);
    /// Brings the status up to date, and tells an interval that has passed. Called a last time once
    /// the result is closed.
    void show(Time now);
    /// Publishes an event of the core, except for `ended`. `from` is the source address of the
    /// datagram that led to it.
    void tell(Time now, const protocol::SenderEvent& event, const net::Endpoint& from);

  private:
    void tell_row(Time now, Event::Kind kind, NodeId node, std::string text = {});
    void tell_left_behind(Time now, NodeId node);
    void tell_start(Time now);
    void tell_pace(Time now);
    void tell_large_packets(Time now);
    [[nodiscard]] std::optional<ReceiverStatus> row(Time now, NodeId node) const;
    [[nodiscard]] SenderSnapshot snapshot() const;
    void write_status(Time now, Status& status);

    const protocol::Sender& core_;
    const Channel& channel_;
    const crypto::Unopened* const unopened_;
    const TransferResult& result_;
    SessionFront& front_;
    StatusClock clock_;
    RateMeter sent_;
    RateMeter done_;
    ReceiverPaths paths_;
    std::optional<protocol::Pace> told_pace_;
    std::optional<std::uint32_t> at_start_;
};

}  // namespace mcast::session
