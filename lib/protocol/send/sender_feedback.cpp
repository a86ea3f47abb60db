// SPDX-License-Identifier: MIT
#include <algorithm>
#include <variant>

#include "protocol/backoff.hpp"
#include "protocol/malformed.hpp"
#include "protocol/send/sender_impl.hpp"
#include "protocol/timestamp.hpp"

namespace mcast::protocol {
namespace {

constexpr ByteCount kNackHeader = 24;
constexpr std::size_t kAdvertsFrom = 8;  // in smaller groups everybody asks at once
constexpr Duration kNearTime = std::chrono::milliseconds(50);
constexpr double kLeastNear = 4;
constexpr double kMostNear = 4096;
constexpr std::uint32_t kNearOfCrowd = 2;
constexpr double kFullBacklog = 0.5;
constexpr double kBacklogTrouble = 20;  // as of so many requests
constexpr Duration kTellAgain = std::chrono::milliseconds(20);
constexpr int kLeastMissed = 3;  // reports that one has not sent from its old address

template <typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};

}  // namespace

void Sender::Impl::handle(Time now, Bytes datagram, const Origin& from) {
    if (stage.ended()) return;
    const auto message = wire::parse(datagram);
    if (!message) return count_malformed(stats, message.error());
    on_time(now);
    std::visit(
        Overloaded{
            [&](const wire::Nack& nack) { on_nack(now, nack, from); },
            [&](const wire::Ack& ack) { on_ack(now, ack, from); },
            [&](const wire::NormReport& report) { on_private(now, report, from); },
            [&](const wire::CmdApplication& command) {
                on_foreign(command.source.node, command.sender.instance, command.payload);
            },
            [&](const auto& other) { on_foreign(other.source.node, other.sender.instance, {}); }},
        *message);
}

// The receiver in progress that has joined from there: anybody can use its node id.
Peer* Sender::Impl::heard_peer(Time now, NodeId node, const Origin& from) {
    Peer* peer = group.find(node);
    if (peer == nullptr || peer->origin != from) {
        ++stats.foreign;
        return nullptr;
    }
    if (!peer->in_progress()) {
        tell_ended(now, *peer);
        return nullptr;
    }
    peer->spoke = true;
    on_heard(now, *peer);
    return peer;
}

void Sender::Impl::on_nack(Time now, const wire::Nack& nack, const Origin& from) {
    if (nack.sender != config.node || nack.instance != config.instance) return;
    Peer* peer = heard_peer(now, nack.source.node, from);
    if (peer == nullptr) return;
    ++stats.nacks;
    ++peer->trouble;
    const auto response = when(nack.grtt_response);
    measure_rtt(now, peer, response);
    if (!stage.sending()) return;
    if (!peer->attached) {  // its turn comes
        if (now - peer->told < kTellAgain) return;
        peer->told = now;
        return notices.confirm(*peer);
    }
    timing.on_nack(kNackHeader + nack.requests.size());
    if (overdrawn(*peer)) return;
    const std::size_t asking = std::max<std::size_t>(group.attached(), 1);
    const std::uint32_t since_back = object.blocks_begun() - peer->back_block;
    const NackOutcome outcome = object.add_nack(
        nack.requests, {.now = now,
                        .aggregation = timing.aggregation(asking),
                        .horizon = SentHistory::horizon(now, response, grtt.value()),
                        .receivers = asking,
                        .near = std::min(near_blocks(), since_back),
                        .last_round = last_round()});
    peer->asked += outcome.symbols * config.object.segment_size;
    if (asking > kAdvertsFrom && !object.nothing_asked())
        timers_.advance(Timer::advert,
                        std::max(now, adverted_ + timing.advert_interval(object.repairs_idle())));
    if (!outcome.info_wanted) return;
    due_.set(Due::info);
    peer->asked += config.object.segment_size;
}

// What is missing whole is repaired at once when it was sent within the last round trips, as losses
// are; what is older than that is a late joiner's gap, or an outage, and would cost the others
// time.
std::uint32_t Sender::Impl::near_blocks() const {
    if (group.attached() >= kCrowd) return kNearOfCrowd;  // late joiners want them all
    const Duration lately = std::max<Duration>(8 * grtt.value(), kNearTime);
    const auto block = static_cast<double>(object.block_bytes());
    const double blocks = rate.rate().bytes_in(lately) / std::max(block, 1.0);
    return static_cast<std::uint32_t>(std::clamp(blocks, kLeastNear, kMostNear));
}

// What our own receivers send. Of one that has not joined only its join is of interest: it will
// come, or come again.
void Sender::Impl::on_private(Time now, const wire::NormReport& message, const Origin& from) {
    const auto parsed = wire::parse_receiver_message(message.payload);
    if (!parsed) {
        if (!wire::is_skippable(parsed.error())) count_malformed(stats, parsed.error());
        return;
    }
    const NodeId node = message.source.node;
    std::visit(
        [&](const auto& m) {
            if (m.transfer != config.transfer) return;
            using M = std::decay_t<decltype(m)>;
            if constexpr (std::is_same_v<M, wire::Join>) {
                on_join(now, node, m, from);
            } else if (Peer* peer = heard_peer(now, node, from)) {
                measure_rtt(now, peer, when(m.echo, now));
                if constexpr (std::is_same_v<M, wire::DigestRequest>) on_digest_request(*peer, m);
                if constexpr (std::is_same_v<M, wire::Report>) on_report(now, *peer, m);
                if constexpr (std::is_same_v<M, wire::Done>) on_verified(now, *peer, m.root);
            }
        },
        *parsed);
}

std::optional<Duration> Sender::Impl::measure_rtt(Time now, Peer* peer,
                                                  std::optional<Time> response) {
    if (!response) return std::nullopt;
    const Duration rtt = now - *response;
    if (rtt <= Duration::zero() || rtt > GrttEstimator::kMax) return std::nullopt;
    if (stale(peer, *response)) return std::nullopt;
    if (peer != nullptr) {
        peer->rtt = rtt;
        if (peer->rtt_min == Duration::zero() || rtt < peer->rtt_min) peer->rtt_min = rtt;
    }
    grtt.on_sample(rtt);
    return rtt;
}

Peer* Sender::Impl::add_peer(Time now, NodeId node, std::string host, bool plain) {
    if (node == NodeId::none || node == NodeId::any || node == config.node) return nullptr;
    if (stage.draining() || stage.ending()) return nullptr;
    if (group.full() && !make_room(now)) return nullptr;
    Peer* peer = &group.add(node, now);
    peer->host = std::move(host);
    peer->plain = plain;
    if (config.on_slow.detach && stage.started() && !plain) watch_.attach(node, now);
    if (timing.offer_outdated()) due_.set(Due::offer);
    notices.tell(SenderEvent::Kind::joined, node);
    return peer;
}

// A receiver whose address has changed is silent at the old one by then.
bool Sender::Impl::may_move(Time now, const Peer& peer) const {
    return now - peer.heard > std::max(kMovedAfter, kLeastMissed * timing.told_interval());
}

void Sender::Impl::on_join(Time now, NodeId node, const wire::Join& join, const Origin& from) {
    Peer* peer = group.find(node);
    const bool other = peer != nullptr && peer->challenge != join.challenge;
    if (node == config.node || (other && peer->in_progress())) {
        ++stats.refused;
        return messages.confirm({node, join.challenge}, wire::RollState::refused,
                                static_cast<std::uint16_t>(ErrorCode::node_taken));
    }
    if (other) peer = nullptr;  // that one has ended: this is another, or the same machine again
    if (peer != nullptr && peer->origin != from) {
        if (!may_move(now, *peer)) {
            ++stats.foreign;
            return;
        }
        peer->origin = from;
    }
    if (peer != nullptr && !peer->in_progress()) return tell_ended(now, *peer);
    const bool is_new = peer == nullptr;
    if (is_new) peer = add_peer(now, node, std::string(join.host), false);
    if (is_new && peer != nullptr) {
        peer->challenge = join.challenge;
        peer->origin = from;
    } else if (peer != nullptr) {
        on_heard(now, *peer);
    }
    const auto rtt = measure_rtt(now, peer, when(join.echo, now));
    if (peer == nullptr) return refuse(node, join.challenge);
    if (rtt && peer->sets_pace() && reporters.has(*peer)) rate.control().on_rtt(node, *rtt);
    if (join.error != 0)
        end_peer(now, *peer, State::failure,
                 Error{static_cast<ErrorCode>(join.error), 0, std::string(join.message)});
    if (!is_new && peer->in_progress() && join.challenge == peer->challenge)
        notices.tell(SenderEvent::Kind::rejoined, node);
    if (is_new) on_joined(now, *peer);  // how far they are is known by then
    notices.confirm(*peer);
}

void Sender::Impl::on_joined(Time now, const Peer& peer) {
    if (!group.many()) return check_gate(now);
    group.count_joined(peer);
}

void Sender::Impl::on_report(Time now, Peer& peer, const wire::Report& report) {
    peer.reported = now;
    const ByteCount done = std::min<ByteCount>(report.bytes_done, config.object.size);
    peer.bytes_done = done;
    peer.bytes_reached = std::max(peer.bytes_reached, done);
    peer.rate = DataRate::bytes_per_second(wire::rate_from(report.rate));
    peer.loss = wire::loss_from(report.loss);
    take_window(peer, report.window_end);
    take_rate_sample(now, peer, report);
    take_progress(now, peer);
    if (report.state == wire::ReportState::verified)
        on_verified(now, peer, report.root);
    else if (report.state == wire::ReportState::failed)
        end_peer(now, peer, State::failure,
                 Error{static_cast<ErrorCode>(report.error), 0, std::string(report.message)});
}

// It has verified the whole: by the digest of what was sent, and not before that was. As one of
// many it says no more; what it counted is as it last reported.
void Sender::Impl::on_verified(Time now, Peer& peer, Bytes root) {
    if (!stage.sending() || !object.first_pass_done() || messages.root().empty()) return;
    peer.reported = now;
    peer.progress.pause(now);
    if (!std::ranges::equal(root, messages.root()))
        return end_peer(now, peer, State::failure,
                        Error{ErrorCode::integrity, 0,
                              "what it verified is not what was sent: the digests of the whole "
                              "differ"});
    peer.bytes_done = peer.bytes_reached = config.object.size;
    end_peer(now, peer, State::success, {});
}

// What keeps it from being faster, as its last report shows.
LimitedBy Sender::Impl::cause_of(const Peer& peer, const rate::Sample& sample) const {
    // It has all that its output has room for, or all wait for that room.
    const bool full = peer.window_end < config.object.size && peer.bytes_done >= peer.window_end;
    if (sample.backlog > kFullBacklog || full || hold.held_by(peer)) return LimitedBy::disk;
    if (!peer.attached) return peer.left_for;
    if (sample.host_drops > 0) return LimitedBy::host;
    return peer.loss > 0.005 ? LimitedBy::network : peer.left_for;
}

void Sender::Impl::take_rate_sample(Time now, Peer& peer, const wire::Report& report) {
    rate::Sample sample;
    sample.rtt = peer.rtt;
    if (report.packets_expected > peer.packets_expected &&
        report.packets_received >= peer.packets_received) {
        // No more than were sent at all: whatever the network says, `first` below is a number.
        sample.expected = std::min(report.packets_expected - peer.packets_expected,
                                   static_cast<std::uint64_t>(history_.next()));
        sample.received = report.packets_received - peer.packets_received;
        // Nothing that it heard can be newer than what was sent last.
        const Time heard = SentHistory::horizon(now, when(report.echo, now), grtt.value());
        sample.first = history_.unwrap(report.sequence, heard) + 1 -
                       static_cast<std::int64_t>(sample.expected);
    }
    if (report.host_drops > peer.host_drops)
        sample.host_drops = report.host_drops - peer.host_drops;
    double growth = static_cast<double>(report.backlog) - static_cast<double>(peer.backlog);
    peer.backlog = report.backlog;
    peer.backlog_limit = report.backlog_limit;
    if (report.backlog_limit > 0)
        sample.backlog = static_cast<double>(report.backlog) / report.backlog_limit;
    peer.packets_expected = std::max(peer.packets_expected, report.packets_expected);
    peer.packets_received = std::max(peer.packets_received, report.packets_received);
    peer.host_drops = std::max<std::uint64_t>(peer.host_drops, report.host_drops);
    peer.limited_by = cause_of(peer, sample);
    if (sample.backlog > kFullBacklog) peer.trouble = std::max(peer.trouble, kBacklogTrouble);
    if (!is_here(now, peer, sample)) return;
    // A receiver that has all waits for its disk alone: nothing that is sent is too much for it.
    if (peer.bytes_done == config.object.size) sample.backlog = growth = 0;
    watch_.on_sample(peer.node, now,
                     {.expected = sample.expected,
                      .received = sample.received,
                      .host_drops = sample.host_drops,
                      .backlog = sample.backlog,
                      .backlog_growth = growth / config.object.segment_size});
    if (peer.attached && reporters.has(peer)) rate.control().on_sample(peer.node, sample);
}

// One that joined late, or was far behind, holds nobody up: it is repaired at the end, until its
// window has caught up with new data. Nor does one without room for the block that comes next: that
// would be a window of nothing. It never moves back: an older report may come late.
void Sender::Impl::take_window(Peer& peer, ByteCount end) {
    if (end == peer.window_end && peer.paces == (end != Peer::kNoWindow)) return;
    if (peer.paces && end < peer.window_end) return;
    const ByteCount next = object.block_end();
    const bool was_lowest = peer.paces && peer.window_end <= group.window_end();
    peer.window_end = end;
    if (end != Peer::kNoWindow)
        peer.window = std::max(peer.window, end - std::min(end, peer.bytes_done));
    peer.paces = end != Peer::kNoWindow && (peer.paces || end >= next);
    if (was_lowest || (peer.paces && end < group.window_end())) group.recount_soon();
}

}  // namespace mcast::protocol
