// SPDX-License-Identifier: MIT
#include "crypto/peer_table.hpp"

#include <algorithm>

namespace mcast::crypto {

Peer& PeerTable::add(std::uint64_t session) {
    if (peers_.size() == capacity_) {
        peers_.erase(std::ranges::min_element(
            peers_, {}, [](const auto& entry) { return entry.second.heard; }));
        last_ = nullptr;
    }
    return peers_.try_emplace(session, window_bits_).first->second;
}

}  // namespace mcast::crypto
