// SPDX-License-Identifier: MIT
#include "session/send/sender_status.hpp"

#include <algorithm>

#include "control/status_rules.hpp"
#include "session/send/failure_text.hpp"

namespace mcast::session {
namespace {

using protocol::Member;

bool paces(const Member& member) {
    return member.attached && member.counted && member.state != State::failure;
}

bool has_all(const Member& member, ByteCount size) {
    return member.state == State::success || member.bytes_done >= size;
}

// The seconds that the sender needs, at its rate, for the bytes by which the receiver is behind.
double lag_of(const Member& member, const SenderSnapshot& picture) {
    if (!member.in_progress() || picture.rate.bps() <= 0) return 0;
    if (member.bytes_done >= picture.position) return 0;
    return static_cast<double>(picture.position - member.bytes_done) /
           picture.rate.bytes_per_second();
}

double seconds_since(Time then, Time now) {
    return std::max(0.0, to_seconds(now - then));
}

// The receiver that sets the pace may lose nothing any more, since the rate has adapted to it. It
// is shown in trouble all the same.
void show_trouble(const Member& member, const SenderSnapshot& picture, ReceiverStatus& out) {
    out.limited_by = member.state == State::success ? LimitedBy::none : member.limited_by;
    out.cause = member.in_progress() ? cause_of(member) : std::nullopt;
    if (!picture.pace || picture.pace->node != member.node) return;
    out.limited_by = picture.pace->limited_by;
    out.cause = picture.pace->cause;
}

void update(const Member& member, const SenderSnapshot& picture, Time now, ReceiverStatus& out) {
    out.state = member.state;
    out.verified = member.state == State::success && !member.plain;
    out.attached = member.in_progress() ? member.sets_pace() && member.limited_by != LimitedBy::gone
                                        : member.attached;
    out.percent = member.state == State::success
                      ? 100
                      : control::percent_of(member.bytes_reached, picture.progress_size);
    const bool failed = member.state == State::failure && member.error;
    out.error = failed ? std::optional(to_error(*member.error)) : std::nullopt;
    out.bytes_done = member.bytes_done;
    out.rate_bps = static_cast<std::uint64_t>(std::max(0.0, member.rate.bps()));
    out.loss = member.loss;
    show_trouble(member, picture, out);
    out.lag_s = lag_of(member, picture);
    out.joined_s = seconds_since(member.joined, now);
    out.report_age_s = seconds_since(std::max(member.reported, member.joined), now);
}

// The least that any of those receivers has; empty if there are none.
template <typename Which>
std::optional<ByteCount> least_done(const SenderSnapshot& picture, Which&& which) {
    std::optional<ByteCount> least;
    for (const auto& member : picture.receivers) {
        if (!which(member)) continue;
        const ByteCount done = has_all(member, picture.size) ? picture.size : member.bytes_done;
        least = std::min(least.value_or(done), done);
    }
    return least;
}

}  // namespace

ByteCount slowest_done(const SenderSnapshot& picture) {
    const auto slowest = least_done(picture, paces);
    if (!picture.failed) return slowest.value_or(0);
    const auto waited_for = [](const Member& p) { return p.counted && p.in_progress(); };
    const auto failed = [](const Member& p) { return p.counted && p.state == State::failure; };
    if (const auto least = least_done(picture, waited_for)) return *least;
    return least_done(picture, failed).value_or(slowest.value_or(0));
}

ByteCount best_done(const SenderSnapshot& picture) {
    ByteCount best = 0;
    for (const auto& member : picture.receivers) {
        best = std::max(best, has_all(member, picture.size) ? picture.size : member.bytes_done);
    }
    return best;
}

Phase sender_phase(const SenderSnapshot& picture) {
    if (!picture.started) return Phase::waiting;
    if (!picture.first_pass_done) return Phase::transferring;
    const bool all = std::ranges::all_of(picture.receivers, [&](const Member& member) {
        return !paces(member) || has_all(member, picture.size);
    });
    return all ? Phase::verifying : Phase::transferring;
}

ReceiverStatus row_of(const Member& member, const SenderSnapshot& picture, Time now,
                      std::string address) {
    ReceiverStatus row;
    row.id = to_hex(member.node);
    row.host = member.host;
    row.address = std::move(address);
    update(member, picture, now, row);
    return row;
}

void update_receivers(const SenderSnapshot& picture, Time now,
                      const std::function<std::string(NodeId)>& address,
                      std::vector<ReceiverStatus>& out) {
    out.reserve(picture.receivers.size());
    for (std::size_t i = 0; i < picture.receivers.size(); ++i) {
        const Member& member = picture.receivers[i];
        if (i == out.size()) {
            out.push_back(row_of(member, picture, now, address(member.node)));
            continue;
        }
        if (out[i].id != to_hex(member.node)) {  // another receiver had this row
            out[i] = row_of(member, picture, now, address(member.node));
            continue;
        }
        if (out[i].host != member.host) out[i].host = member.host;
        if (auto from = address(member.node); out[i].address != from) out[i].address = from;
        update(member, picture, now, out[i]);
    }
}

}  // namespace mcast::session
