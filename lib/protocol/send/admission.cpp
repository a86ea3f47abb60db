// SPDX-License-Identifier: MIT
#include "protocol/send/admission.hpp"

#include <algorithm>
#include <utility>

#include "protocol/timestamp.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kLeastMissed = 3;  // reports that one has not sent from its old address
constexpr Duration kUnheard = seconds(5);
constexpr Duration kTellAgain = milliseconds(20);

}  // namespace

Peer* Admission::heard(Time now, NodeId node, const Origin& from) {
    Peer* peer = parts_.group.find(node);
    if (peer == nullptr || peer->origin != from) {
        ++parts_.stats.foreign;
        return nullptr;
    }
    if (!peer->in_progress()) {
        tell_ended(now, *peer);
        return nullptr;
    }
    peer->spoke = true;
    parts_.presence.on_heard(now, *peer);
    return peer;
}

Peer* Admission::heard_plain(Time now, NodeId node, const Origin& from) {
    if (parts_.group.find(node) == nullptr) {
        Peer* peer = add(now, node, {}, true);
        if (peer == nullptr) return nullptr;
        peer->origin = from;
        clock_.check_gate(now);
    }
    return heard(now, node, from);
}

void Admission::on_join(Time now, NodeId node, const wire::Join& join, const Origin& from) {
    Peer* peer = parts_.group.find(node);
    const bool other = peer != nullptr && peer->challenge != join.challenge;
    if (node == parts_.config.node || (other && peer->in_progress())) {
        ++parts_.stats.refused;
        return parts_.messages.confirm({node, join.challenge}, wire::ReceiverState::refused,
                                       static_cast<std::uint16_t>(ErrorCode::node_taken));
    }
    if (other) peer = nullptr;  // that one has ended: this is another, or the same machine again
    if (peer != nullptr && peer->origin != from) {
        if (!may_move(now, *peer)) {
            ++parts_.stats.foreign;
            return;
        }
        peer->origin = from;
    }
    if (peer != nullptr && !peer->in_progress()) return tell_ended(now, *peer);
    const bool is_new = peer == nullptr;
    if (is_new)
        peer = take(now, node, join, from);
    else
        parts_.presence.on_heard(now, *peer);
    const auto rtt = take_rtt(parts_, now, peer, when(join.echo, now));
    if (peer == nullptr) return refuse(node, join.challenge);
    if (rtt && peer->sets_pace() && parts_.reporters.has(*peer))
        parts_.rate.control().on_rtt(node, *rtt);
    if (join.error != 0)
        clock_.end_peer(now, *peer, State::failure,
                        Error{static_cast<ErrorCode>(join.error), 0, std::string(join.message)});
    if (is_new)
        on_joined(now, *peer);  // how far they are is known by then
    else if (peer->in_progress())
        parts_.notices.tell(SenderEvent::Kind::rejoined, node);
    parts_.notices.confirm(*peer);
}

Peer* Admission::take(Time now, NodeId node, const wire::Join& join, const Origin& from) {
    Peer* peer = add(now, node, std::string(join.host), false);
    if (peer == nullptr) return nullptr;
    peer->challenge = join.challenge;
    peer->origin = from;
    return peer;
}

Peer* Admission::add(Time now, NodeId node, std::string host, bool plain) {
    if (node == NodeId::none || node == NodeId::any || node == parts_.config.node) return nullptr;
    if (parts_.stage.draining() || parts_.stage.ending()) return nullptr;
    if (parts_.group.full() && !make_room(now)) return nullptr;
    Peer* peer = &parts_.group.add(node, now);
    peer->host = std::move(host);
    peer->plain = plain;
    if (parts_.config.on_slow.detach && parts_.stage.started() && !plain)
        parts_.watch.attach(node, now);
    if (parts_.timing.offer_outdated()) parts_.due.set(Due::offer);
    parts_.notices.tell(SenderEvent::Kind::joined, node);
    return peer;
}

void Admission::on_joined(Time now, const Peer& peer) {
    if (!parts_.group.many()) return clock_.check_gate(now);
    parts_.group.count_joined(peer);
}

// A receiver whose address has changed is silent at the old one by then.
bool Admission::may_move(Time now, const Peer& peer) const {
    return now - peer.heard > std::max(kMovedAfter, kLeastMissed * parts_.timing.told_interval());
}

// In a full table those give their place that said nothing but their join, the oldest first.
bool Admission::make_room(Time now) {
    const Peer* silent = parts_.group.longest_unheard();
    if (silent == nullptr || now - silent->joined < kUnheard) return false;
    const NodeId node = silent->node;
    parts_.messages.confirm({node, silent->challenge}, wire::ReceiverState::failed,
                            static_cast<std::uint16_t>(ErrorCode::receiver_lost), 1);
    parts_.rate.control().leave(node);
    parts_.watch.forget(node);
    parts_.group.remove_unheard();
    parts_.notices.tell(SenderEvent::Kind::displaced, node);
    return true;
}

// Where there is no place now there may be one soon: it asks again.
void Admission::refuse(NodeId node, std::uint64_t challenge) {
    ++parts_.stats.refused;
    if (parts_.group.full()) return;
    parts_.messages.confirm({node, challenge}, wire::ReceiverState::refused,
                            static_cast<std::uint16_t>(ErrorCode::refused));
}

// A receiver whose outcome is known is told so whatever it says, and gets nothing else.
void Admission::tell_ended(Time now, Peer& peer) {
    if (peer.state == State::failure && now - peer.told < kTellAgain) return;
    peer.told = now;
    parts_.notices.confirm(peer);
}

}  // namespace mcast::protocol
