// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "protocol/object/object_params.hpp"
#include "session/loop/large_packet_watch.hpp"

namespace mcast::session {

/// Keeps the addresses of a sender's receivers, and notices those that only small packets reach.
/// The loop's thread.
class ReceiverPaths {
  public:
    void set_address(NodeId node, std::string address) {
        addresses_.insert_or_assign(node, std::move(address));
    }
    /// The receiver is gone; another one may get its node id.
    void forget(NodeId node) {
        addresses_.erase(node);
        suspects_.erase(node);
    }
    /// Empty if it is not known.
    [[nodiscard]] std::string address(NodeId node) const {
        const auto found = addresses_.find(node);
        return found == addresses_.end() ? std::string() : found->second;
    }

    /// Calls tell(peer) once for each of `peers` that no data has reached for too long.
    template <typename Peers, typename Tell>
    void look(Time now, const protocol::ObjectParams& object, const Peers& peers, Tell&& tell) {
        for (const auto& peer : peers) {
            const std::uint64_t lost =
                peer.packets_expected - std::min(peer.packets_received, peer.packets_expected);
            if (peer.plain || !peer.in_progress() ||
                !LargePacketWatch::suspicious(peer.bytes_done, object.segment_size, lost)) {
                suspects_.erase(peer.node);
            } else if (suspects_[peer.node].look(now, peer.bytes_done, object.segment_size, lost)) {
                tell(peer);
            }
        }
    }

  private:
    std::map<NodeId, std::string> addresses_;
    std::map<NodeId, LargePacketWatch> suspects_;  ///< those that no data reaches
};

}  // namespace mcast::session
