// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/trace.hpp"
#include "base/units.hpp"
#include "protocol/receive/offer_info.hpp"
#include "protocol/receive/receiver_error.hpp"

namespace mcast::protocol {

struct ReceiverConfig {
    NodeId node{};
    /// Random: tells it from another one of the same node id, and is what only the sender repeats.
    std::uint64_t challenge = 0;
    std::size_t envelope = 0;  ///< bytes that sealing has added to each packet
    bool fixed_node = false;   ///< a node id that is taken is not drawn anew
    /// Content is taken only from a sender that has repeated our challenge: else an earlier
    /// transfer could be played back to us. For a session with a secret, where nobody else can
    /// repeat it.
    bool confirmed_only = false;
    bool plain = false;                     ///< takes a plain NORM sender, too
    std::string host;                       ///< at most 64 bytes
    std::string wanted_name;                ///< the only offer to take; empty: the first
    std::vector<ReceivedBefore> before;     ///< not taken again
    std::optional<Duration> waiting_limit;  ///< give up waiting for an offer
    /// The sender is lost when it is silent for so long; it fails when nothing new comes.
    Duration progress_limit = std::chrono::seconds(30);
    /// For parity, of all blocks that wait for more; and more where more is on the way.
    ByteCount parity_memory = 40 << 20;
    /// Puts a failure into words, which the sender is told. Null: only an error of the driver has
    /// words.
    std::string (*error_text)(const ReceiverError&) = nullptr;
    trace::Trace trace;  ///< of what it does
};

}  // namespace mcast::protocol
