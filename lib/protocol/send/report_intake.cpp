// SPDX-License-Identifier: MIT
#include "protocol/send/report_intake.hpp"

#include <algorithm>

#include "protocol/timestamp.hpp"
#include "wire/norm/quantize.hpp"

namespace mcast::protocol {
namespace {

constexpr double kFullBacklog = 0.5;
constexpr double kBacklogScore = 20;  // as of so many requests

}  // namespace

void ReportIntake::on_report(Time now, Peer& peer, const wire::Report& report) {
    peer.reported = now;
    const ByteCount done = std::min<ByteCount>(report.bytes_done, parts_.config.object.size);
    peer.bytes_done = done;
    peer.bytes_reached = std::max(peer.bytes_reached, done);
    peer.rate = DataRate::bytes_per_second(wire::rate_from(report.rate));
    peer.loss = wire::loss_from(report.loss);
    take_window(peer, report.window_end);
    take_counters(now, peer, report);
    take_progress(now, peer);
    if (report.state == wire::ReportState::verified)
        on_verified(now, peer, report.root);
    else if (report.state == wire::ReportState::failed)
        clock_.end_peer(
            now, peer, State::failure,
            Error{static_cast<ErrorCode>(report.error), 0, std::string(report.message)});
}

// It has verified the whole: by the digest of what was sent, and not before that was. As one of
// many it says no more; what it counted is as it last reported.
void ReportIntake::on_verified(Time now, Peer& peer, Bytes root) {
    const Bytes sent = parts_.messages.root();
    if (!parts_.stage.sending() || !parts_.object.first_pass_done() || sent.empty()) return;
    peer.reported = now;
    peer.progress.pause(now);
    if (!std::ranges::equal(root, sent))
        return clock_.end_peer(
            now, peer, State::failure,
            Error{ErrorCode::integrity, 0,
                  "what it verified is not what was sent: the digests of the whole differ"});
    peer.bytes_done = peer.bytes_reached = parts_.config.object.size;
    clock_.end_peer(now, peer, State::success, {});
}

// What it counted since its last report.
rate::Sample ReportIntake::sample_of(Time now, const Peer& peer, const wire::Report& report) const {
    rate::Sample sample;
    sample.rtt = peer.rtt;
    if (report.packets_expected > peer.packets_expected &&
        report.packets_received >= peer.packets_received) {
        // No more than were sent at all: whatever the network says, `first` below is a number.
        sample.expected = std::min(report.packets_expected - peer.packets_expected,
                                   static_cast<std::uint64_t>(parts_.history.next()));
        sample.received = report.packets_received - peer.packets_received;
        // Nothing that it heard can be newer than what was sent last.
        const Time heard = SentHistory::horizon(now, when(report.echo, now), parts_.grtt.value());
        sample.first = parts_.history.unwrap(report.sequence, heard) + 1 -
                       static_cast<std::int64_t>(sample.expected);
    }
    if (report.host_drops > peer.host_drops)
        sample.host_drops = report.host_drops - peer.host_drops;
    if (report.backlog_limit > 0)
        sample.backlog = static_cast<double>(report.backlog) / report.backlog_limit;
    return sample;
}

void ReportIntake::take_counters(Time now, Peer& peer, const wire::Report& report) {
    rate::Sample sample = sample_of(now, peer, report);
    double growth = static_cast<double>(report.backlog) - static_cast<double>(peer.backlog);
    peer.backlog = report.backlog;
    peer.backlog_limit = report.backlog_limit;
    peer.packets_expected = std::max(peer.packets_expected, report.packets_expected);
    peer.packets_received = std::max(peer.packets_received, report.packets_received);
    peer.host_drops = std::max<std::uint64_t>(peer.host_drops, report.host_drops);
    peer.limited_by = cause_of(peer, sample);
    if (sample.backlog > kFullBacklog) peer.nack_score = std::max(peer.nack_score, kBacklogScore);
    if (!parts_.presence.is_here(now, peer, sample)) return;
    // A receiver that has all waits for its disk alone: nothing that is sent is too much for it.
    if (peer.bytes_done == parts_.config.object.size) sample.backlog = growth = 0;
    parts_.watch.on_sample(peer.node, now,
                           {.expected = sample.expected,
                            .received = sample.received,
                            .host_drops = sample.host_drops,
                            .backlog = sample.backlog,
                            .backlog_growth = growth / parts_.config.object.segment_size});
    if (peer.attached && parts_.reporters.has(peer))
        parts_.rate.control().on_sample(peer.node, sample);
}

// What keeps it from being faster, as its last report shows.
LimitedBy ReportIntake::cause_of(const Peer& peer, const rate::Sample& sample) const {
    // It has all that its output has room for, or all wait for that room.
    const bool full =
        peer.window_end < parts_.config.object.size && peer.bytes_done >= peer.window_end;
    if (sample.backlog > kFullBacklog || full || parts_.hold.held_by(peer)) return LimitedBy::disk;
    if (!peer.attached) return peer.left_for;
    if (sample.host_drops > 0) return LimitedBy::host;
    return peer.loss > 0.005 ? LimitedBy::network : peer.left_for;
}

// One that joined late, or was far behind, holds nobody up: it is repaired at the end, until its
// window has caught up with new data. Nor does one without room for the block that comes next: that
// would be a window of nothing. It never moves back: an older report may come late.
void ReportIntake::take_window(Peer& peer, ByteCount end) {
    if (end == peer.window_end && peer.paces == (end != Peer::kNoWindow)) return;
    if (peer.paces && end < peer.window_end) return;
    const ByteCount next = parts_.object.block_end();
    const bool was_lowest = peer.paces && peer.window_end <= parts_.group.window_end();
    peer.window_end = end;
    if (end != Peer::kNoWindow)
        peer.window = std::max(peer.window, end - std::min(end, peer.bytes_done));
    peer.paces = end != Peer::kNoWindow && (peer.paces || end >= next);
    if (was_lowest || (peer.paces && end < parts_.group.window_end())) parts_.group.recount_soon();
}

void ReportIntake::take_progress(Time now, Peer& peer) {
    const ByteCount waiting = std::min(peer.backlog, peer.bytes_done);
    peer.progress.on_report(now,
                            {.held = peer.bytes_done,
                             .taken = peer.bytes_done - waiting,
                             .window_end = peer.window_end == Peer::kNoWindow ? 0 : peer.window_end,
                             .sent = parts_.timing.data_bytes(),
                             .block = parts_.object.block_bytes(),
                             .whole = parts_.config.object.size});
}

}  // namespace mcast::protocol
