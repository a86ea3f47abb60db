// SPDX-License-Identifier: MIT
#include "protocol/send/outcomes.hpp"

#include <utility>

namespace mcast::protocol {

bool Outcomes::end(Peer& peer, State state, std::optional<Error> error) {
    if (!peer.in_progress()) return false;
    peer.state = state;
    peer.error = std::move(error);
    rate_.control().leave(peer.node);
    watch_.forget(peer.node);
    group_.recount_soon();
    notices_.confirm(peer);
    notices_.tell(SenderEvent::Kind::receiver_final, peer.node);
    return true;
}

}  // namespace mcast::protocol
