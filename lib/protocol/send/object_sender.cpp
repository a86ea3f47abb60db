// SPDX-License-Identifier: MIT
#include "protocol/send/object_sender.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "protocol/backoff.hpp"
#include "wire/norm/repair_request.hpp"

namespace mcast::protocol {

ObjectSender::ObjectSender(const ObjectParams& object, std::optional<double> proactive)
    : object_(object),
      partition_(object.partition()),
      automatic_(!proactive),
      new_data_(partition_, object.parity, proactive),
      repairs_(partition_, object.parity),
      available_(object.stream ? 0 : object.size) {}

void ObjectSender::end() {
    object_.size = available_;
    partition_ = object_.partition();
    new_data_.end_at(partition_);
    repairs_.end_at(partition_);
}

void ObjectSender::release(ByteCount offset) {
    const ByteCount below =
        std::min(offset, position()) / object_.block_bytes() * object_.block_bytes();
    if (below <= released_) return;
    released_ = below;
    const auto block = static_cast<std::uint32_t>(below / object_.block_bytes());
    repairs_.drop_below(block);
    zeros_.drop_below(block);
}

bool ObjectSender::pass_zeros(ByteCount window_end) {
    if (!new_data_.at(zeros_)) return false;
    const std::uint32_t begin = new_data_.end_block();
    const std::uint32_t end = zeros_.run_end(begin);
    std::uint32_t block = begin;
    while (block < end && new_data_.is_within(available_) && !held_at(window_end))
        new_data_.skip_to(++block);
    zeros_.passed(begin, block);
    return block > begin;
}

wire::PayloadId ObjectSender::last_begun() const {
    const std::uint32_t blocks = blocks_begun();
    if (blocks == 0) return {};
    const std::uint16_t length = partition_.block_length(blocks - 1);
    return {blocks - 1, static_cast<std::uint16_t>(length - 1), partition_.parity_base(blocks - 1)};
}

wire::PayloadId ObjectSender::behind_end() const {
    const auto symbols = partition_.symbol_count();
    return {static_cast<std::uint32_t>(symbols / object_.block_size),
            static_cast<std::uint16_t>(symbols % object_.block_size), object_.block_size};
}

NackOutcome ObjectSender::add_nack(Bytes requests, const Asked& asked) {
    const std::size_t group = asked.receivers;
    const auto outcome =
        repairs_.add_nack(requests, object_.id,
                          {.now = asked.now,
                           .aggregation = asked.aggregation,
                           .horizon = asked.horizon,
                           .surplus = automatic_ && asked.last_round && group > 1,
                           .least = group >= kLargeGroup ? parity_.typical() : std::uint16_t{0},
                           .end_block = blocks_begun(),
                           .near = asked.near,
                           .explicit_end = asked.explicit_end,
                           .zeros = &zeros_});
    if (outcome.raised > 0) parity_.on_request(outcome.raised, group);
    return outcome;
}

bool ObjectSender::write_pending(wire::RepairRequestWriter& writer) const {
    const auto item = [&](std::uint32_t block, unsigned symbol) {
        return wire::RequestItem{
            object_.fec_id,
            object_.id,
            {block, static_cast<std::uint16_t>(symbol), partition_.parity_base(block)}};
    };
    bool all = true;
    repairs_.for_each_pending(
        [&](std::uint32_t first, std::uint32_t last, unsigned begin, unsigned end) {
            const unsigned parity = partition_.parity_base(first);
            all = begin < end ? writer.add({wire::kRequestSegment, item(first, parity + begin),
                                            item(first, parity + end - 1)})
                              : writer.add({wire::kRequestBlock, item(first, 0), item(last, 0)});
            return all;
        });
    return all;
}

// More parity goes with the last blocks: nothing is left to send while their repair would be asked
// for.
void ObjectSender::plan_parity(const Plan& plan) {
    settle(plan.settled);
    const std::uint16_t most = sensible_parity(plan.loss);
    const std::uint16_t typical = std::min(parity_.typical(), most);
    std::uint16_t last = typical;
    if (ends_within(plan.last_round))
        last = std::min(parity_.tail(plan.last_round / static_cast<double>(object_.block_bytes())),
                        most);
    new_data_.set_proactive_symbols(last);
    // Only the last block of catch-up is the last of all.
    repairs_.set_proactive_symbols(
        new_data_.proactive_symbols(object_.block_size, catch_up_empty() ? last : typical));
}

void ObjectSender::settle(Time sent_before) {
    while (!unsettled_.empty() && unsettled_.front().sent <= sent_before) {
        const auto& [sent, block, proactive_symbols] = unsettled_.front();
        parity_.on_block(proactive_symbols, repairs_.demand(block));
        unsettled_.pop_front();
    }
}

// Loss that we caused by sending too fast is no reason to send more, so only baseline loss counts.
std::uint16_t ObjectSender::sensible_parity(std::optional<double> loss) const {
    if (!loss) return std::numeric_limits<std::uint16_t>::max();
    const double lost = *loss / (1 - *loss) * object_.block_size;
    return static_cast<std::uint16_t>(2 + lost + 4 * std::sqrt(lost));
}

}  // namespace mcast::protocol
