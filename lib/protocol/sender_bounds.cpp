// SPDX-License-Identifier: MIT
// What a receiver may ask for and whose place it may take: it may be none.
#include <algorithm>

#include "protocol/sender_impl.hpp"

namespace mcast::protocol {
namespace {

// An honest receiver that loses nineteen packets of twenty asks for twenty times what it gets.
constexpr ByteCount kAskedPerByte = 32;
constexpr ByteCount kAskedPerSent = 2;
constexpr ByteCount kAskedBlocks = 64;
constexpr Duration kUnheard = std::chrono::seconds(5);
constexpr std::size_t kMostDigestRanges = 64;

}  // namespace

// What is sent for it alone is bounded by what it can have missed, and by what came of it.
bool Sender::Impl::overdrawn(const Peer& peer) {
    const ByteCount block = ByteCount{config.object.segment_size} * config.object.block_size;
    const ByteCount sent = new_data.position();
    const ByteCount got = peer.plain ? sent : peer.bytes_reached;  // a plain one does not tell
    const bool much =
        peer.asked > kAskedBlocks * block + kAskedPerSent * sent + kAskedPerByte * got;
    stats.unserved += much;
    return much;
}

void Sender::Impl::on_digest_request(Peer& peer, const wire::DigestRequest& request) {
    if (overdrawn(peer)) return;
    std::size_t ranges = 0;
    for (const auto range : request.ranges) {
        if (++ranges > kMostDigestRanges) break;
        if (range.last == UINT32_MAX) continue;
        peer.asked +=
            ByteCount{messages.request_digests(range.first, range.last + 1)} * config.digest.width;
    }
    digests_due_ = messages.digests_waiting();
}

void Sender::Impl::take_progress(Time now, Peer& peer) {
    const ByteCount waiting = std::min(peer.backlog, peer.bytes_done);
    peer.progress.on_report(
        now, {.taken = peer.bytes_done - waiting,
              .window_end = peer.window_end == Peer::kNoWindow ? 0 : peer.window_end,
              .sent = budget_.sent(),
              .block = ByteCount{config.object.segment_size} * config.object.block_size,
              .whole = config.object.size});
}

// In a full table those give their place that said nothing but their join, the oldest first.
bool Sender::Impl::make_room(Time now) {
    const Peer* silent = peers.longest_unheard();
    if (silent == nullptr || now - silent->joined < kUnheard) return false;
    const NodeId node = silent->node;
    messages.confirm({node, silent->challenge}, wire::RollState::failed,
                     static_cast<std::uint16_t>(ErrorCode::receiver_lost), 1);
    rate_control.leave(node);
    watch_.forget(node);
    peers.remove_unheard();
    events_.push_back({SenderEvent::Kind::displaced, node, {}});
    return true;
}

// Where there is no place now there may be one soon: it asks again.
void Sender::Impl::refuse(NodeId node, std::uint64_t challenge) {
    ++stats.refused;
    if (peers.full()) return;
    messages.confirm({node, challenge}, wire::RollState::refused,
                     static_cast<std::uint16_t>(ErrorCode::refused));
}

}  // namespace mcast::protocol
