// SPDX-License-Identifier: MIT
#include "protocol/send/member_limits.hpp"

#include <algorithm>

namespace mcast::protocol {

void MemberLimits::check(Time now, Member& member) {
    const bool started = parts_.stage.started().has_value();
    if (const Duration limit = parts_.timing.patience(member); now - member.heard > limit) {
        if (!started) member.counted = false;  // it never mattered
        parts_.outcomes.fail(
            member,
            {.code = ErrorCode::receiver_lost, .why = MemberError::Why::silent, .silence = limit});
        return;
    }
    parts_.presence.check(now, member);
    if (member.plain) return check_plain(now, member);
    const bool standing = stands_still(member);
    if (!standing) member.progress.pause(now);  // it waits for us
    // Reports may be far apart, and nothing is known of a receiver between two of them. One that
    // goes on saying other things without reporting is known, though.
    const Time known =
        std::max(member.reported, member.heard - kMissedReports * parts_.timing.told_interval());
    if (started && standing && known - member.progress.at() > parts_.config.progress_limit)
        parts_.outcomes.fail(member, {.code = ErrorCode::timed_out,
                                      .why = owes_outcome(member) ? MemberError::Why::unverified
                                                                  : MemberError::Why::stands_still,
                                      .cause = member.limited_by});
}

// A plain receiver does not tell what it has. It is given up when nothing was left to send for so
// long and it has not acknowledged what it was sent.
void MemberLimits::check_plain(Time now, Member& member) {
    if (!parts_.stage.started() || !owes_watermark(member)) return member.progress.pause(now);
    // New content of a stream waits for the receiver, however much is sent again meanwhile.
    const Time progressed = member.progress.at();
    const Time since =
        parts_.object.sent_all() ? std::max(parts_.timing.data_sent(), progressed) : progressed;
    if (now - since <= parts_.config.progress_limit) return;
    parts_.outcomes.fail(member,
                         {.code = ErrorCode::timed_out,
                          .why = parts_.object.sent_all() ? MemberError::Why::unacknowledged
                                                          : MemberError::Why::stands_still});
}

// Plain receivers are asked for it at the end, and of a stream when there is no room for more.
bool MemberLimits::owes_watermark(const Member& member) const {
    if (parts_.object.sent_all()) return true;
    return parts_.config.object.stream && parts_.hold.held() &&
           member.bytes_done < parts_.object.position();
}

// A receiver stands still while it lacks content that was sent, has no room for more, or owes us
// its outcome. A program that took the content may need any time to end. One that was left behind
// waits for the others, if there are any.
bool MemberLimits::stands_still(const Member& member) const {
    if (!member.attached && parts_.group.attached() > 0) return false;
    return parts_.hold.held_by(member) || member.bytes_reached < reachable() ||
           (owes_outcome(member) && !member.reader_at_work);
}

// The most that a receiver can report by now: of a stream, whole blocks of whole chunks.
ByteCount MemberLimits::reachable() const {
    const ByteCount sent = parts_.object.position();
    if (!parts_.config.object.open()) return sent;
    const ByteCount chunk = parts_.config.digest.chunk_size;
    const ByteCount verifiable = std::min(sent / chunk * chunk, parts_.messages.digested());
    const ByteCount block = parts_.config.object.block_bytes();
    return verifiable / block * block;
}

// The receiver has had all content, and all that it needs to verify it.
bool MemberLimits::owes_outcome(const Member& member) const {
    return parts_.object.first_pass_done() && member.bytes_reached >= parts_.config.object.size &&
           parts_.messages.digests_complete() && !parts_.messages.root().empty();
}

}  // namespace mcast::protocol
