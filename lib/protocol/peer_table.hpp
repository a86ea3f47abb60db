// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "protocol/peer.hpp"

namespace mcast::protocol {

/// The receivers that a sender knows, in the order of joining. Bounded: the network cannot make it
/// grow without limit.
class PeerTable {
  public:
    static constexpr std::size_t kLimit = 20000;

    [[nodiscard]] Peer* find(NodeId node) {
        const auto it = index_.find(raw(node));
        return it == index_.end() ? nullptr : &peers_[it->second];
    }
    [[nodiscard]] const Peer* find(NodeId node) const {
        const auto it = index_.find(raw(node));
        return it == index_.end() ? nullptr : &peers_[it->second];
    }
    /// One of the same node id that has ended stays in the list, but is no longer found. Nullptr
    /// when the table is full. The pointer is valid until the next add.
    Peer* add(NodeId node, Time now) {
        if (peers_.size() >= kLimit) return nullptr;
        index_.insert_or_assign(raw(node), peers_.size());
        Peer peer;
        peer.node = node;
        peer.joined = peer.heard = peer.reported = peer.progressed = now;
        peers_.push_back(std::move(peer));
        return &peers_.back();
    }

    [[nodiscard]] std::vector<Peer>& all() { return peers_; }
    [[nodiscard]] const std::vector<Peer>& all() const { return peers_; }
    /// Receivers of the state that count for the session's result.
    [[nodiscard]] std::size_t count(State state) const {
        std::size_t n = 0;
        for (const Peer& p : peers_) n += p.counted && p.state == state;
        return n;
    }

  private:
    std::vector<Peer> peers_;
    std::unordered_map<std::uint32_t, std::size_t> index_;
};

}  // namespace mcast::protocol
