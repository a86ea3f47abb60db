// SPDX-License-Identifier: MIT
#include "session/sender_status.hpp"

#include <algorithm>

#include "control/status_rules.hpp"

namespace mcast::session {
namespace {

using protocol::Peer;

bool paces(const Peer& peer) {
    return peer.attached && peer.counted && peer.state != State::failure;
}

bool has_all(const Peer& peer, ByteCount size) {
    return peer.state == State::success || peer.bytes_done >= size;
}

// Seconds that the sender would need for what lies between it and the receiver.
double lag_of(const Peer& peer, const SenderPicture& picture) {
    if (!peer.in_progress() || picture.rate.bps() <= 0) return 0;
    if (peer.bytes_done >= picture.position) return 0;
    return static_cast<double>(picture.position - peer.bytes_done) /
           picture.rate.bytes_per_second();
}

double seconds_since(Time then, Time now) {
    return std::max(0.0, to_seconds(now - then));
}

void update(const Peer& peer, const SenderPicture& picture, Time now, ReceiverStatus& out) {
    out.state = peer.state;
    out.verified = !peer.plain;
    out.attached = peer.attached;
    out.percent = peer.in_progress()
                      ? std::max(out.percent, control::percent_of(peer.bytes_done, picture.size))
                      : 100;
    out.error = peer.state == State::failure ? peer.error : std::nullopt;
    out.bytes_done = peer.bytes_done;
    out.rate_bps = static_cast<std::uint64_t>(std::max(0.0, peer.rate.bps()));
    out.loss = peer.loss;
    out.limited_by = peer.limited_by;
    out.lag_s = lag_of(peer, picture);
    out.joined_s = seconds_since(peer.joined, now);
    out.report_age_s = seconds_since(std::max(peer.reported, peer.joined), now);
}

}  // namespace

ByteCount slowest_done(const SenderPicture& picture) {
    bool any = false;
    ByteCount slowest = picture.size;
    for (const auto& peer : picture.receivers) {
        if (!paces(peer)) continue;
        any = true;
        const ByteCount done = has_all(peer, picture.size) ? picture.size : peer.bytes_done;
        slowest = std::min(slowest, done);
    }
    return any ? slowest : 0;
}

Phase sender_phase(const SenderPicture& picture) {
    if (!picture.started) return Phase::waiting;
    if (!picture.first_pass_done) return Phase::transferring;
    const bool all = std::ranges::all_of(picture.receivers, [&](const Peer& peer) {
        return !paces(peer) || has_all(peer, picture.size);
    });
    return all ? Phase::verifying : Phase::transferring;
}

void update_receivers(const SenderPicture& picture, Time now,
                      const std::function<std::string(NodeId)>& address,
                      std::vector<ReceiverStatus>& out) {
    for (std::size_t i = 0; i < picture.receivers.size(); ++i) {
        const Peer& peer = picture.receivers[i];
        if (i == out.size()) {
            ReceiverStatus added;
            added.id = to_hex(peer.node);
            added.address = address(peer.node);
            out.push_back(std::move(added));
        }
        if (out[i].host != peer.host) out[i].host = peer.host;
        update(peer, picture, now, out[i]);
    }
}

}  // namespace mcast::session
