// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/send/sender_impl.hpp"
#include "protocol/timestamp.hpp"

namespace mcast::protocol {
namespace {

constexpr std::size_t kMostForeign = 16;  // senders and receivers that are worth a line

}  // namespace

// Our own messages come back, too: by their instance they are known.
void Sender::Impl::on_foreign(NodeId node, InstanceId instance, Bytes application) {
    const bool ours = node == config.node;
    if (ours && instance == config.instance) return;
    name_once(ours ? SenderEvent::Kind::same_node : SenderEvent::Kind::foreign_sender, node);
    const auto offer = wire::Offer::parse(application);
    if (offer && offer->name == config.name) name_once(SenderEvent::Kind::same_name, node);
}

// One line for each, not one a packet.
void Sender::Impl::name_once(SenderEvent::Kind kind, NodeId node) {
    const std::pair named(kind, node);
    if (foreign_.size() == kMostForeign || std::ranges::find(foreign_, named) != foreign_.end())
        return;
    foreign_.push_back(named);
    notices.tell(kind, node);
}

// Only plain receivers send one.
void Sender::Impl::on_ack(Time now, const wire::Ack& ack, const Origin& from) {
    if (ack.sender != config.node || ack.instance != config.instance) return;
    if (!config.plain) {
        ++stats.foreign;
        return name_once(SenderEvent::Kind::plain_receiver, ack.source.node);
    }
    if (ack.type == wire::kAckCc || ack.type == wire::kAckFlush) on_plain(now, ack, from);
}

// A NORM receiver that knows nothing of our joins and reports shows itself by its answers to
// CMD(CC), and has the file when it acknowledges the watermark.
void Sender::Impl::on_plain(Time now, const wire::Ack& ack, const Origin& from) {
    Peer* peer = group.find(ack.source.node);
    if (peer == nullptr) {
        peer = add_peer(now, ack.source.node, {}, true);
        if (peer == nullptr) return;
        peer->origin = from;
        check_gate(now);
    }
    peer = heard_peer(now, ack.source.node, from);
    if (peer != nullptr) measure_rtt(now, peer, when(ack.grtt_response));
    if (peer == nullptr || !peer->plain || !peer->in_progress()) return;
    peer->reported = now;
    if (ack.cc) {
        peer->loss = wire::loss_from(ack.cc->loss);
        const auto received = static_cast<std::uint64_t>(1000 * (1 - peer->loss));
        if (stage.started() && peer->attached && reporters.has(*peer))
            rate.control().on_sample(peer->node, {.first = history_.next(),
                                                  .expected = 1000,
                                                  .received = received,
                                                  .host_drops = 0,
                                                  .backlog = 0,
                                                  .rtt = {},
                                                  .estimate = true});
    }
    if (ack.type != wire::kAckFlush || !object.sent_all()) return;
    const auto position = wire::FlushPosition::parse(ack.payload);
    if (!position || position->object != config.object.id) return;
    const std::uint64_t blocks = object.partition().block_count();
    if (blocks == 0 || position->id.block == blocks - 1) {
        peer->bytes_done = peer->bytes_reached = config.object.size;
        end_peer(now, *peer, State::success, {});
    }
}

}  // namespace mcast::protocol
