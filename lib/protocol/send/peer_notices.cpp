// SPDX-License-Identifier: MIT
#include "protocol/send/peer_notices.hpp"

#include <utility>

namespace mcast::protocol {
namespace {

constexpr int kTellLargeGroup = 2;  // times

wire::ReceiverState state_of(const Peer& peer) {
    if (peer.in_progress())
        return !peer.attached  ? wire::ReceiverState::behind
               : peer.reporter ? wire::ReceiverState::reporter
                               : wire::ReceiverState::joined;
    if (peer.state == State::success) return wire::ReceiverState::done;
    return peer.error && peer.error->code == ErrorCode::detached ? wire::ReceiverState::detached
                                                                 : wire::ReceiverState::failed;
}

}  // namespace

void PeerNotices::confirm(const Peer& peer) {
    messages_.confirm({peer.node, peer.challenge}, state_of(peer),
                      peer.error ? static_cast<std::uint16_t>(peer.error->code) : std::uint16_t{0},
                      group_.large() ? kTellLargeGroup : 1);
}

void PeerNotices::tell_returned(Peer& peer) {
    if (std::exchange(peer.behind_told, false)) tell(SenderEvent::Kind::returned, peer.node);
}

std::optional<SenderEvent> PeerNotices::poll() {
    if (events_.empty()) return std::nullopt;
    SenderEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
}

}  // namespace mcast::protocol
