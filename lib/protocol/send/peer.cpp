// SPDX-License-Identifier: MIT
#include "protocol/send/peer.hpp"

namespace mcast::protocol {

std::optional<Cause> cause_of(const Peer& peer) {
    switch (peer.limited_by) {
        case LimitedBy::network:
            return peer.loss > 0.005 ? Cause::loss : Cause::link;
        case LimitedBy::host:
            return Cause::host;
        case LimitedBy::disk:
            return peer.window_end == Peer::kNoWindow ? Cause::disk : Cause::reader;
        case LimitedBy::none:
        case LimitedBy::gone:
            break;
    }
    return std::nullopt;
}

}  // namespace mcast::protocol
