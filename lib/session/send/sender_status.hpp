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

/// The state of the sender's core at one moment.
struct SenderSnapshot {
    std::span<const protocol::Member> receivers;  ///< in the order of joining
    ByteCount size = 0;
    std::optional<ByteCount> progress_size = {};  ///< gives percent; empty: that stays 0
    ByteCount position = 0;                       ///< new content was sent up to here
    DataRate rate;                                ///< at which the sender sends
    bool started = false;
    bool first_pass_done = false;
    bool failed = false;  ///< the session ends with an error
    std::optional<protocol::Pace> pace = {};
};

/// The bytes that the slowest receiver has, of those that are attached, counted and have not
/// failed; 0 if there are none. If the session failed: the slowest of those that it was still
/// waiting for, or else of those that failed.
[[nodiscard]] ByteCount slowest_done(const SenderSnapshot& picture);
/// The bytes that the farthest receiver has.
[[nodiscard]] ByteCount best_done(const SenderSnapshot& picture);

/// One of waiting, transferring and verifying; never ended.
[[nodiscard]] Phase sender_phase(const SenderSnapshot& picture);

/// The row of that receiver in the status.
[[nodiscard]] ReceiverStatus row_of(const protocol::Member& member, const SenderSnapshot& picture,
                                    Time now, std::string address);

/// Brings the rows in `out` up to date. Receivers stand there in the order of joining and are never
/// removed. `address` looks up the address of a receiver.
void update_receivers(const SenderSnapshot& picture, Time now,
                      const std::function<std::string(NodeId)>& address,
                      std::vector<ReceiverStatus>& out);

}  // namespace mcast::session
