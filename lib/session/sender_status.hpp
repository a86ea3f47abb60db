// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <string>

#include <mcast/status.hpp>

#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/peer.hpp"

namespace mcast::session {

/// What the sender's core knows at one moment.
struct SenderPicture {
    std::span<const protocol::Peer> receivers;  ///< in the order of joining
    ByteCount size = 0;
    ByteCount position = 0;  ///< new content has been sent up to here
    DataRate rate;           ///< that is sent at
    bool started = false;
    bool first_pass_done = false;
};

/// Bytes that the slowest receiver has which is still attached and counted and has not failed; 0
/// when there is none.
[[nodiscard]] ByteCount slowest_done(const SenderPicture& picture);

/// waiting, transferring, verifying; never ended.
[[nodiscard]] Phase sender_phase(const SenderPicture& picture);

/// Brings `out` up to date, where receivers stand in the same order and are never removed, so that
/// a receiver's percent keeps its high-water mark. `address` gives that of a new one.
void update_receivers(const SenderPicture& picture, Time now,
                      const std::function<std::string(NodeId)>& address,
                      std::vector<ReceiverStatus>& out);

}  // namespace mcast::session
