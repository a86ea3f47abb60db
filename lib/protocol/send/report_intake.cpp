// SPDX-License-Identifier: MIT
#include "protocol/send/report_intake.hpp"

#include <algorithm>

#include "protocol/timestamp.hpp"
#include "wire/norm/quantize.hpp"

namespace mcast::protocol {

void ReportIntake::on_report(Time now, Member& member, const wire::Report& report) {
    member.reported = now;
    const ByteCount done = std::min<ByteCount>(report.bytes_done, parts_.config.object.size);
    take_done(member, done);
    member.rate = DataRate::bytes_per_second(wire::rate_from(report.rate));
    member.loss = wire::loss_from(report.loss);
    member.reader_at_work = report.reader_at_work && done == parts_.config.object.size;
    take_window(member, report.window_end);
    take_counters(now, member, report);
    take_progress(now, member);
    if (report.state == wire::ReportState::verified)
        on_verified(now, member, report.root);
    else if (report.state == wire::ReportState::failed)
        clock_.end_member(now, member, State::failure,
                          MemberError{.code = static_cast<ErrorCode>(report.error),
                                      .message = std::string(report.message)});
}

// The sender of a stream keeps what the last of all has yet to verify.
void ReportIntake::take_done(Member& member, ByteCount done) {
    const bool was_last = member.bytes_done <= parts_.group.least_done();
    member.bytes_done = done;
    member.bytes_reached = std::max(member.bytes_reached, done);
    if (parts_.config.object.stream && was_last) parts_.group.recount_soon();
}

// A receiver can have verified the whole only by the digest that was sent, and not before all was
// sent. One of a large group says no more than this: its counters stay as it last reported them.
void ReportIntake::on_verified(Time now, Member& member, Bytes root) {
    const Bytes sent = parts_.messages.root();
    if (!parts_.stage.sending() || !parts_.object.first_pass_done() || sent.empty()) return;
    member.reported = now;
    member.progress.pause(now);
    if (!std::ranges::equal(root, sent))
        return clock_.end_member(
            now, member, State::failure,
            MemberError{.code = ErrorCode::integrity, .why = MemberError::Why::other_digest});
    member.bytes_done = member.bytes_reached = parts_.config.object.size;
    clock_.end_member(now, member, State::success, {});
}

// The counts since the receiver's last report.
rate::Sample ReportIntake::sample_of(Time now, const Member& member,
                                     const wire::Report& report) const {
    rate::Sample sample;
    sample.rtt = member.rtt;
    if (report.packets_expected > member.packets_expected &&
        report.packets_received >= member.packets_received) {
        // No more than were sent at all: whatever the network says, `first` below is a number.
        sample.expected = std::min(report.packets_expected - member.packets_expected,
                                   static_cast<std::uint64_t>(parts_.history.next()));
        sample.received = report.packets_received - member.packets_received;
        // Nothing that it heard can be newer than what was sent last.
        const Time heard = SentHistory::horizon(now, when(report.echo, now), parts_.grtt.value());
        sample.first = parts_.history.unwrap(report.sequence, heard) + 1 -
                       static_cast<std::int64_t>(sample.expected);
    }
    if (report.host_drops > member.host_drops)
        sample.host_drops = report.host_drops - member.host_drops;
    if (report.backlog_limit > 0)
        sample.backlog = std::min(1.0, static_cast<double>(report.backlog) / report.backlog_limit);
    return sample;
}

void ReportIntake::take_counters(Time now, Member& member, const wire::Report& report) {
    rate::Sample sample = sample_of(now, member, report);
    double growth = static_cast<double>(report.backlog) - static_cast<double>(member.backlog);
    member.backlog = report.backlog;
    member.backlog_limit = report.backlog_limit;
    member.packets_expected = std::max(member.packets_expected, report.packets_expected);
    member.packets_received = std::max(member.packets_received, report.packets_received);
    member.host_drops = std::max<std::uint64_t>(member.host_drops, report.host_drops);
    member.limited_by = cause_of(member, sample);
    if (sample.backlog > kFullBacklog) parts_.reporters.on_full_backlog(member);
    if (!parts_.presence.is_here(now, member, sample)) return;
    // A receiver that has all waits for its disk alone: nothing that is sent is too much for it.
    if (member.bytes_done == parts_.config.object.size) sample.backlog = growth = 0;
    parts_.watch.on_sample(member.index, now,
                           {.expected = sample.expected,
                            .received = sample.received,
                            .host_drops = sample.host_drops,
                            .backlog = sample.backlog,
                            .backlog_growth = growth / parts_.config.object.segment_size});
    if (member.attached && parts_.reporters.has(member))
        parts_.rate.control().on_sample(member.id(), sample);
}

// The reason why the receiver is not faster, as its last report shows.
LimitedBy ReportIntake::cause_of(const Member& member, const rate::Sample& sample) const {
    // The receiver has all that its output has room for, or new data waits for that room.
    const bool full =
        member.window_end < parts_.config.object.size && member.bytes_done >= member.window_end;
    if (sample.backlog > kFullBacklog || full || parts_.hold.held_by(member))
        return LimitedBy::disk;
    if (!member.attached) return member.left_for;
    if (sample.host_drops > 0) return LimitedBy::host;
    return member.loss > 0.005 ? LimitedBy::network : member.left_for;
}

// A receiver that joined late, or was far behind, does not pace new data before its window has
// caught up: it is repaired at the end. Neither does one without room for the next block, which
// would stop all. The window never moves back: an older report may come late.
void ReportIntake::take_window(Member& member, ByteCount end) {
    if (end == member.window_end && member.paces == (end != Member::kNoWindow)) return;
    if (member.paces && end < member.window_end) return;
    const ByteCount next = parts_.object.block_end();
    const bool was_lowest = member.paces && member.window_end <= parts_.group.window_end();
    member.window_end = end;
    if (end != Member::kNoWindow)
        member.window = std::max(member.window, end - std::min(end, member.bytes_done));
    member.paces = end != Member::kNoWindow && (member.paces || end >= next);
    if (was_lowest || (member.paces && end < parts_.group.window_end()))
        parts_.group.recount_soon();
}

void ReportIntake::take_progress(Time now, Member& member) {
    const ByteCount waiting = std::min(member.backlog, member.bytes_done);
    member.progress.on_report(
        now, {.held = member.bytes_done,
              .taken = member.bytes_done - waiting,
              .window_end = member.window_end == Member::kNoWindow ? 0 : member.window_end,
              .sent = parts_.timing.data_bytes(),
              .block = parts_.config.object.block_bytes(),
              .whole = parts_.config.object.size});
}

}  // namespace mcast::protocol
