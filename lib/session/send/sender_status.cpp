// SPDX-License-Identifier: MIT
#include "session/send/sender_status.hpp"

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

// The seconds that the sender needs, at its rate, for the bytes by which the receiver is behind.
double lag_of(const Peer& peer, const SenderSnapshot& picture) {
    if (!peer.in_progress() || picture.rate.bps() <= 0) return 0;
    if (peer.bytes_done >= picture.position) return 0;
    return static_cast<double>(picture.position - peer.bytes_done) /
           picture.rate.bytes_per_second();
}

double seconds_since(Time then, Time now) {
    return std::max(0.0, to_seconds(now - then));
}

// The receiver that sets the pace may lose nothing any more, since the rate has adapted to it. It
// is shown in trouble all the same.
void show_trouble(const Peer& peer, const SenderSnapshot& picture, ReceiverStatus& out) {
    out.limited_by = peer.state == State::success ? LimitedBy::none : peer.limited_by;
    out.cause = peer.in_progress() ? cause_of(peer) : std::nullopt;
    if (!picture.pace || picture.pace->node != peer.node) return;
    out.limited_by = picture.pace->limited_by;
    out.cause = picture.pace->cause;
}

void update(const Peer& peer, const SenderSnapshot& picture, Time now, ReceiverStatus& out) {
    out.state = peer.state;
    out.verified = peer.state == State::success && !peer.plain;
    out.attached =
        peer.in_progress() ? peer.sets_pace() && peer.limited_by != LimitedBy::gone : peer.attached;
    out.percent =
        peer.state == State::success ? 100 : control::percent_of(peer.bytes_reached, picture.size);
    out.error = peer.state == State::failure ? peer.error : std::nullopt;
    out.bytes_done = peer.bytes_done;
    out.rate_bps = static_cast<std::uint64_t>(std::max(0.0, peer.rate.bps()));
    out.loss = peer.loss;
    show_trouble(peer, picture, out);
    out.lag_s = lag_of(peer, picture);
    out.joined_s = seconds_since(peer.joined, now);
    out.report_age_s = seconds_since(std::max(peer.reported, peer.joined), now);
}

// The least that any of those receivers has; empty if there are none.
template <typename Which>
std::optional<ByteCount> least_done(const SenderSnapshot& picture, Which&& which) {
    std::optional<ByteCount> least;
    for (const auto& peer : picture.receivers) {
        if (!which(peer)) continue;
        const ByteCount done = has_all(peer, picture.size) ? picture.size : peer.bytes_done;
        least = std::min(least.value_or(done), done);
    }
    return least;
}

}  // namespace

ByteCount slowest_done(const SenderSnapshot& picture) {
    const auto slowest = least_done(picture, paces);
    if (!picture.failed) return slowest.value_or(0);
    const auto waited_for = [](const Peer& p) { return p.counted && p.in_progress(); };
    const auto failed = [](const Peer& p) { return p.counted && p.state == State::failure; };
    if (const auto least = least_done(picture, waited_for)) return *least;
    return least_done(picture, failed).value_or(slowest.value_or(0));
}

ByteCount best_done(const SenderSnapshot& picture) {
    ByteCount best = 0;
    for (const auto& peer : picture.receivers) {
        best = std::max(best, has_all(peer, picture.size) ? picture.size : peer.bytes_done);
    }
    return best;
}

Phase sender_phase(const SenderSnapshot& picture) {
    if (!picture.started) return Phase::waiting;
    if (!picture.first_pass_done) return Phase::transferring;
    const bool all = std::ranges::all_of(picture.receivers, [&](const Peer& peer) {
        return !paces(peer) || has_all(peer, picture.size);
    });
    return all ? Phase::verifying : Phase::transferring;
}

ReceiverStatus row_of(const Peer& peer, const SenderSnapshot& picture, Time now,
                      std::string address) {
    ReceiverStatus row;
    row.id = to_hex(peer.node);
    row.host = peer.host;
    row.address = std::move(address);
    update(peer, picture, now, row);
    return row;
}

void update_receivers(const SenderSnapshot& picture, Time now,
                      const std::function<std::string(NodeId)>& address,
                      std::vector<ReceiverStatus>& out) {
    out.reserve(picture.receivers.size());
    for (std::size_t i = 0; i < picture.receivers.size(); ++i) {
        const Peer& peer = picture.receivers[i];
        if (i == out.size()) {
            out.push_back(row_of(peer, picture, now, address(peer.node)));
            continue;
        }
        if (out[i].id != to_hex(peer.node)) {  // another receiver had this row
            out[i] = row_of(peer, picture, now, address(peer.node));
            continue;
        }
        if (out[i].host != peer.host) out[i].host = peer.host;
        if (auto from = address(peer.node); out[i].address != from) out[i].address = from;
        update(peer, picture, now, out[i]);
    }
}

}  // namespace mcast::session
