// SPDX-License-Identifier: MIT
#include "protocol/receive/nack_cycle.hpp"

#include <algorithm>

#include "protocol/backoff.hpp"
#include "protocol/feedback_budget.hpp"
#include "wire/norm/repair_request.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kAnswerTime = std::chrono::milliseconds(1);
constexpr Duration kRepairGap = std::chrono::milliseconds(1);
constexpr int kPages = 4;  // of one cycle, one datagram each
constexpr Duration kPatience = std::chrono::milliseconds(250);
constexpr double kGreatLoss = 0.05;

constexpr Duration kSpacing = std::chrono::milliseconds(10);
constexpr Duration kMostSpacing = std::chrono::milliseconds(500);
constexpr double kNackShare = 0.01;  // of the sender's rate

// Ranges and blocks that are looked at for one advert: more would be an attack on our time.
constexpr int kMostAdverts = 256;
constexpr int kMostLooks = 1024;
// Blocks that are advertised whole will come, but not soon.
constexpr Duration kCaughtUp = std::chrono::milliseconds(100);

// The sender gathers requests for a quarter of a round trip, at most.
Duration holdoff_of(const SenderView& sender) {
    return sender.gathering_time() + std::max(sender.grtt() / 2, kAnswerTime);
}

}  // namespace

void NackCycle::begin(const ObjectParams& object, const fec::BlockPartition& partition, bool late) {
    object_ = object;
    partition_ = partition;
    builder_ = NackBuilder(object, partition);
    if (late) begin_ = kNotBegun;
}

void NackCycle::end_at(const fec::BlockPartition& partition) {
    partition_ = partition;
    builder_.end_at(partition);
    position_ = std::min(position_, static_cast<std::uint32_t>(partition.block_count()));
    end_ = std::min(end_, position_);
}

bool NackCycle::on_flush(std::uint32_t block) {
    const auto count = static_cast<std::uint32_t>(partition_.block_count());
    if (count > 0) position_ = std::max(position_, std::min(block, count - 1) + 1);
    return !std::exchange(flushed_, true);
}

// Repair symbols of a block arrive back to back, so what it lacks is known soon. Symbols that left
// before this receiver asked were for another one, and its own are on their way. With a back-off
// the full hold-off is kept.
void NackCycle::on_repair(BlockTable::Partial& partial, const Conditions& conditions) const {
    const auto& [now, sender, loss, window_end, idle] = conditions;
    if (sender.backoff_factor() > 0)
        partial.asked = now;
    else if (now - partial.asked >= sender.grtt())
        partial.asked =
            now - holdoff_of(sender) + std::max({sender.grtt() / 8, kRepairGap, loss.window()});
}

// RFC 5740 section 5.3.2.
void NackCycle::on_repair_adv(BlockTable& table, const wire::CmdRepairAdv& repair_adv, Time now) {
    int ranges = 0;
    int looks = kMostLooks;
    (void)wire::for_each_request(repair_adv.requests, [&](const wire::RepairRequest& request) {
        if (++ranges > kMostAdverts) return;
        const auto& [fec_id, object, id] = request.first;
        const std::uint64_t count = partition_.block_count();
        if (object != object_.id || fec_id != object_.fec_id || id.block >= count) return;
        if (request.flags & wire::kRequestBlock) {
            const std::uint32_t last = std::min<std::uint32_t>(
                request.last.id.block, static_cast<std::uint32_t>(count - 1));
            builder_.advertised(table, id.block, last + 1, now + kCaughtUp, looks);
            return;
        }
        BlockTable::Partial* partial = table.find(id.block);
        if (!(request.flags & wire::kRequestSegment) || partial == nullptr) return;
        const unsigned end = std::min<unsigned>(request.last.id.symbol, 255) + 1;
        unsigned pending = partial->count;
        for (unsigned s = id.symbol; s < end; ++s) pending += !partial->held.test(s);
        if (pending >= partition_.block_length(id.block))
            partial->asked = std::max(partial->asked, now);
    });
}

// Whole blocks are a late joiner's gap, or a long outage: the sender comes to them when it has sent
// everything once, so they are asked for seldom until it has, and in a large group not at all.
// There a late joiner asks for nothing of the time before either: a repair for others, of a block
// that it never had, would make it want the rest. Where much is lost nearly every repair is
// incomplete, and its parity is held until the next one.
NackBuilder::Rules NackCycle::rules(const BlockTable& table, const Conditions& conditions,
                                    std::uint32_t end) const {
    const SenderView& sender = conditions.sender;
    const Duration holdoff = holdoff_of(sender);
    const bool soon = flushed_ && !sender.large_group();
    const bool never = !flushed_ && sender.large_group();
    const bool great_loss = conditions.loss.smoothed() > kGreatLoss;
    return {.now = conditions.now,
            .holdoff = holdoff,
            .unseen_holdoff = soon ? holdoff : std::max(holdoff, kPatience),
            .symbol_time = conditions.sender_idle ? Duration::zero()
                                                  : sender.time_to_send(object_.segment_size),
            .most_parity = great_loss ? table.parity_limit() : SIZE_MAX,
            .unseen = !never,
            .large_group = sender.large_group(),
            .begin = never ? begin_ : 0,
            .end = std::min(end, conditions.window_end)};
}

// At most one in half a round of requests. When the sender cannot ask for a longer back-off and a
// large group still says too much, as when hardly any advert comes through, each asks so seldom,
// while there is new data, that all of them together take a hundredth of the rate.
Duration NackCycle::spacing(const SenderView& sender) const {
    Duration usual =
        std::max<Duration>(sender.gathering_time() / 2, std::chrono::microseconds(500));
    // A few may ask as often as they report: each asks once for what it lacks, sooner or later.
    if (sender.backoff_factor() == 0)
        usual = std::min(usual, std::max(sender.report_interval(), kSpacing));
    if (!sender.large_group() || flushed_ || sender.backoff_factor() < FeedbackBudget::kMaxFactor)
        return usual;
    return std::max(usual, std::min(sender.for_all(kNackBytes, kNackShare), kMostSpacing));
}

// RFC 5740 section 5.3.1. With K > 1 the back-off begins only once something is missing: a timer
// that always runs would fire at once in some receiver and suppress nothing.
std::optional<Time> NackCycle::start(BlockTable& table, const Conditions& conditions, Rng& rng) {
    const auto& [now, sender, loss, window_end, idle] = conditions;
    const Time due = sender.backoff_factor() > 1
                         ? builder_.next_due(table, rules(table, conditions, position_))
                         : now;
    if (due == kNever) return std::nullopt;
    end_ = position_;
    const Duration wait =
        loss.window() + random_backoff(rng, sender.backoff_time(), sender.group_size());
    return std::max(std::max(now, due) + wait, nacked_ + spacing(sender));
}

// The symbols that the cycle began for may have come since. A later loss needs its own cycle: else
// all whose cycle was for the same loss, as after an outage, ask for the next one at once.
bool NackCycle::on_timer(BlockTable& table, const Conditions& conditions) {
    pages_ = 0;
    return conditions.sender.backoff_factor() <= 1 ||
           builder_.next_due(table, rules(table, conditions, end_)) <= conditions.now;
}

// Blocks that were passed before the cycle began, or a while ago: the rest of later ones may yet
// come.
std::uint32_t NackCycle::settled_position(const Conditions& conditions) const {
    return std::max(end_, std::min(conditions.loss.settled(conditions.now).position, position_));
}

NackCycle::Page NackCycle::build(BlockTable& table, MutableBytes out,
                                 const Conditions& conditions) {
    const std::uint32_t settled = settled_position(conditions);
    Page page;
    page.requests = builder_.build(table, out, rules(table, conditions, settled));
    page.last = page.requests.empty() || ++pages_ == kPages;
    page.again = page.last && settled < position_;
    return page;
}

}  // namespace mcast::protocol
