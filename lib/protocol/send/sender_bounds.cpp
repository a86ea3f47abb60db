// SPDX-License-Identifier: MIT
// Bounds on what a receiver may ask for and whose place it may take: it may be none.
#include <algorithm>

#include "protocol/send/sender_impl.hpp"

namespace mcast::protocol {
namespace {

constexpr ByteCount kAskedBlocks = 64;
constexpr double kAskedPerSent = 2;
constexpr double kMostLoss = 0.97;  // that is believed
constexpr Duration kUnheard = std::chrono::seconds(5);
constexpr std::size_t kMostDigestRanges = 64;

double loss_of(const Peer& peer) {
    if (peer.packets_expected == 0) return peer.loss;
    const auto received = std::min(peer.packets_received, peer.packets_expected);
    return 1 - static_cast<double>(received) / static_cast<double>(peer.packets_expected);
}

}  // namespace

// Repairs for it alone are bounded by what it can have missed, as often as its loss explains.
bool Sender::Impl::overdrawn(const Peer& peer) {
    const double times = 1 + 1 / (1 - std::min(loss_of(peer), kMostLoss));
    const auto most = static_cast<double>(kAskedBlocks * object.block_bytes()) +
                      kAskedPerSent * times * static_cast<double>(object.position());
    const bool much = static_cast<double>(peer.asked) > most;
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
    due_.set(Due::digests, messages.digests_waiting());
}

void Sender::Impl::take_progress(Time now, Peer& peer) {
    const ByteCount waiting = std::min(peer.backlog, peer.bytes_done);
    peer.progress.on_report(now,
                            {.held = peer.bytes_done,
                             .taken = peer.bytes_done - waiting,
                             .window_end = peer.window_end == Peer::kNoWindow ? 0 : peer.window_end,
                             .sent = timing.data_bytes(),
                             .block = object.block_bytes(),
                             .whole = config.object.size});
}

// In a full table those give their place that said nothing but their join, the oldest first.
bool Sender::Impl::make_room(Time now) {
    const Peer* silent = group.longest_unheard();
    if (silent == nullptr || now - silent->joined < kUnheard) return false;
    const NodeId node = silent->node;
    messages.confirm({node, silent->challenge}, wire::RollState::failed,
                     static_cast<std::uint16_t>(ErrorCode::receiver_lost), 1);
    rate.control().leave(node);
    watch_.forget(node);
    group.remove_unheard();
    notices.tell(SenderEvent::Kind::displaced, node);
    return true;
}

// Where there is no place now there may be one soon: it asks again.
void Sender::Impl::refuse(NodeId node, std::uint64_t challenge) {
    ++stats.refused;
    if (group.full()) return;
    messages.confirm({node, challenge}, wire::RollState::refused,
                     static_cast<std::uint16_t>(ErrorCode::refused));
}

}  // namespace mcast::protocol
