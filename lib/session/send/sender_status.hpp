// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include <mcast/status.hpp>

#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/send/sender.hpp"

namespace mcast::session {

/// What the sender's core knows at one moment.
struct SenderSnapshot {
    std::span<const protocol::Peer> receivers;  ///< in the order of joining
    ByteCount size = 0;
    ByteCount position = 0;  ///< new content has been sent up to here
    DataRate rate;           ///< that is sent at
    bool started = false;
    bool first_pass_done = false;
    bool failed = false;  ///< the session ends so now
    std::optional<protocol::Pace> pace = {};
};

/// Bytes that the slowest receiver has which is still attached and counted and has not failed; 0
/// when there is none. Of a session that failed: the slowest of those for whom it did, which are
/// those it was still waiting for, or else those that failed.
[[nodiscard]] ByteCount slowest_done(const SenderSnapshot& picture);
/// Bytes that the receiver has which came farthest.
[[nodiscard]] ByteCount best_done(const SenderSnapshot& picture);

/// waiting, transferring, verifying; never ended.
[[nodiscard]] Phase sender_phase(const SenderSnapshot& picture);

/// The row of that receiver.
[[nodiscard]] ReceiverStatus row_of(const protocol::Peer& peer, const SenderSnapshot& picture,
                                    Time now, std::string address);

/// Brings `out` up to date, where receivers stand in the same order and are never removed.
/// `address` gives that of a new one.
void update_receivers(const SenderSnapshot& picture, Time now,
                      const std::function<std::string(NodeId)>& address,
                      std::vector<ReceiverStatus>& out);

}  // namespace mcast::session
