// SPDX-License-Identifier: MIT
#include "protocol/send/repair_intake.hpp"

#include <algorithm>

#include "protocol/backoff.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr ByteCount kNackHeader = 24;
constexpr std::size_t kAdvertsFrom = 8;  // in smaller groups everybody asks at once
constexpr Duration kNearTime = milliseconds(50);
constexpr double kLeastNear = 4;
constexpr double kMostNear = 4096;
constexpr std::uint32_t kNearInLargeGroup = 2;
constexpr ByteCount kAskedBlocks = 64;
constexpr double kAskedPerSent = 2;
constexpr double kMostLoss = 0.97;  // that is believed
constexpr std::size_t kMostDigestRanges = 64;

double loss_of(const Member& member) {
    if (member.packets_expected == 0) return member.loss;
    const auto received = std::min(member.packets_received, member.packets_expected);
    return 1 - static_cast<double>(received) / static_cast<double>(member.packets_expected);
}

}  // namespace

void RepairIntake::on_nack(Time now, Member& member, const wire::Nack& nack,
                           std::optional<Time> response) {
    if (!member.attached) return parts_.notices.remind(now, member);  // its turn comes
    parts_.timing.on_nack(kNackHeader + nack.requests.size());
    if (overdrawn(member)) return;
    const std::size_t asking = std::max<std::size_t>(parts_.group.attached(), 1);
    const std::uint32_t since_back =
        parts_.object.blocks_begun() - parts_.presence.blocks_before(member);
    const NackOutcome outcome = parts_.object.add_nack(
        nack.requests, {.now = now,
                        .aggregation = parts_.timing.aggregation(asking),
                        .horizon = SentHistory::horizon(now, response, parts_.grtt.value()),
                        .receivers = asking,
                        .near = std::min(near_blocks(), since_back),
                        .last_round = parts_.object.ends_within(parts_.timing.round_bytes()),
                        .explicit_end = parts_.config.plain});
    if (outcome.gone) squelch(now);
    const ByteCount symbol = parts_.config.object.segment_size;
    member.asked += outcome.symbols * symbol + outcome.zeros * wire::BlockRangeList::kItemSize;
    if (asking > kAdvertsFrom && !parts_.object.nothing_asked())
        parts_.timers.advance(SenderTimer::repair_adv,
                              parts_.timing.next_repair_adv(now, parts_.object.repairs_idle()));
    if (!outcome.info_wanted) return;
    parts_.due.set(Due::info);
    member.asked += symbol;
}

// A plain receiver asks for what is gone until it is told that it is.
void RepairIntake::squelch(Time now) {
    if (!parts_.config.plain || parts_.object.released() == 0) return;
    if (squelched_ && now - *squelched_ < 2 * parts_.grtt.value()) return;
    squelched_ = now;
    parts_.due.set(Due::squelch);
}

// A whole block that is missing is repaired at once when it was sent within the last round trips,
// like any loss. An older one is a gap of a late joiner, or of an outage, whose repair would cost
// the others time.
std::uint32_t RepairIntake::near_blocks() const {
    if (parts_.group.attached() >= kLargeGroup)
        return kNearInLargeGroup;  // late joiners want them all
    const Duration lately = std::max<Duration>(8 * parts_.grtt.value(), kNearTime);
    const auto block = static_cast<double>(parts_.config.object.block_bytes());
    const double blocks = parts_.rate.rate().bytes_in(lately) / std::max(block, 1.0);
    return static_cast<std::uint32_t>(std::clamp(blocks, kLeastNear, kMostNear));
}

// Repairs for one receiver alone are bounded by the content that it can have missed, as many times
// as its loss explains.
bool RepairIntake::overdrawn(const Member& member) {
    const double times = 1 + 1 / (1 - std::min(loss_of(member), kMostLoss));
    const auto most = static_cast<double>(kAskedBlocks * parts_.config.object.block_bytes()) +
                      kAskedPerSent * times * static_cast<double>(parts_.object.position());
    const bool much = static_cast<double>(member.asked) > most;
    parts_.stats.unserved += much;
    return much;
}

void RepairIntake::on_digest_request(Member& member, const wire::DigestRequest& request) {
    if (overdrawn(member)) return;
    std::size_t ranges = 0;
    for (const auto range : request.ranges) {
        if (++ranges > kMostDigestRanges) break;
        if (range.last == UINT32_MAX) continue;
        member.asked += ByteCount{parts_.messages.request_digests(range.first, range.last + 1)} *
                        parts_.config.digest.width;
    }
    parts_.due.set(Due::digests, parts_.messages.digests_waiting());
}

}  // namespace mcast::protocol
