// SPDX-License-Identifier: MIT
#include "protocol/receive/nack_builder.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "wire/norm/message.hpp"
#include "wire/norm/repair_request.hpp"

namespace mcast::protocol {

/// One NACK's worth of requests.
class NackBuilder::Page {
  public:
    Page(const ObjectParams& object, const fec::BlockPartition& partition, MutableBytes out)
        : object_(object), partition_(partition), room_(out.size()), writer_(out) {}

    bool blocks(std::uint32_t begin, std::uint32_t end) {
        return writer_.add({wire::kRequestBlock, item(begin, 0), item(end - 1, 0)});
    }

    bool symbols(std::uint32_t block, std::uint16_t first, std::uint16_t last) {
        return writer_.add({wire::kRequestSegment, item(block, first), item(block, last)});
    }

    // All that the block needs, or false: the next page has more room for it. Only a block that no
    // page can hold is cut; it asks for the rest after its hold-off.
    bool partial(std::uint32_t block, const BlockTable::Partial& p, bool parity_room) {
        runs_ = 0;
        const std::uint16_t length = partition_.block_length(block);
        auto need = static_cast<std::uint16_t>(length - p.count);
        const std::uint16_t parity = partition_.parity_base(block);
        const auto parity_end = static_cast<std::uint16_t>(parity + object_.parity);
        if (parity_room) find_runs(p, parity, parity_end, need);
        if (need > 0) {
            // Parity does not suffice: the highest missing sources.
            std::uint16_t from = length;
            for (std::uint16_t left = need; left > 0 && from > 0;) left -= !p.held.test(--from);
            find_runs(p, from, length, need);
        }
        const bool first = writer_.finish().empty();
        if (!first && most_bytes() > room_ - writer_.finish().size()) return false;
        for (std::size_t i = 0; i < runs_; ++i)
            if (!symbols(block, run_[i].first, run_[i].second)) break;
        return true;
    }

    [[nodiscard]] Bytes finish() const { return writer_.finish(); }

  private:
    // Up to `need` symbols of [from, end) that are not held.
    void find_runs(const BlockTable::Partial& p, std::uint16_t from, std::uint16_t end,
                   std::uint16_t& need) {
        for (std::uint16_t s = from; s < end && need > 0; ++s) {
            if (p.held.test(s)) continue;
            std::uint16_t last = s;
            --need;
            while (need > 0 && last + 1 < end && !p.held.test(last + 1U)) ++last, --need;
            run_[runs_++] = {s, last};
            s = last;
        }
    }

    // Each run may be a request of its own: header, first and last item.
    [[nodiscard]] std::size_t most_bytes() const {
        return runs_ * (4 + 2 * wire::padded_position_size(object_.fec_id));
    }

    [[nodiscard]] wire::RequestItem item(std::uint32_t block, std::uint16_t symbol) const {
        return {object_.fec_id, object_.id, {block, symbol, partition_.parity_base(block)}};
    }

    const ObjectParams& object_;
    const fec::BlockPartition& partition_;
    std::size_t room_;
    wire::RepairRequestWriter writer_;
    std::array<std::pair<std::uint16_t, std::uint16_t>, 256> run_;  // first and last symbol
    std::size_t runs_ = 0;
};

bool NackBuilder::mostly_missing(std::uint32_t block, const BlockTable::Partial& partial) const {
    return 2 * partial.count < partition_.block_length(block);
}

// The part of [begin, end) to ask for at some time: from where on (`end` for nothing), and
// when, if what was asked for before it takes `queue` to be sent.
NackBuilder::Due NackBuilder::due_of(std::uint32_t begin, std::uint32_t end,
                                     const BlockTable::Partial* partial, const Rules& rules,
                                     Duration queue) const {
    if (partial != nullptr) {
        const bool later = !rules.unseen && mostly_missing(begin, *partial);
        return {later ? end : begin, partial->asked + rules.holdoff + queue};
    }
    if (!rules.unseen) return {end, kNever};
    const Time again = unseen_asked_ + rules.unseen_holdoff + queue;
    if (again <= rules.now || unseen_asked_end_ >= end) return {begin, again};
    return {std::max(unseen_asked_end_, begin), rules.now};
}

Time NackBuilder::next_due(BlockTable& table, const Rules& rules) const {
    Time next = kNever;
    table.for_each_incomplete(
        rules.begin, rules.end,
        [&](std::uint32_t begin, std::uint32_t end, const BlockTable::Partial* partial) {
            const Due due = due_of(begin, end, partial, rules, {});
            if (due.from < end) next = std::min(next, due.at);
            return next > rules.now;
        });
    return next;
}

// Symbols that [begin, end) lacks.
std::size_t NackBuilder::needed(std::uint32_t begin, std::uint32_t end,
                                const BlockTable::Partial* partial) const {
    if (partial == nullptr) return std::size_t{end - begin} * object_.block_size;
    return static_cast<std::size_t>(partition_.block_length(begin) - partial->count);
}

Bytes NackBuilder::build(BlockTable& table, MutableBytes out, const Rules& rules) {
    Page page(object_, partition_, out);
    Duration queue{};  // until what lies before has been sent
    std::optional<Duration> unseen_queue;
    std::size_t parity = 0;
    bool unseen = false;
    const auto each = [&](std::uint32_t begin, std::uint32_t end, BlockTable::Partial* partial) {
        if (partial != nullptr && parity > rules.most_parity) return false;
        if (partial == nullptr && !unseen_queue) unseen_queue = queue;
        const Due due =
            due_of(begin, end, partial, rules, partial != nullptr ? queue : *unseen_queue);
        const std::size_t need = needed(begin, end, partial);
        queue += static_cast<Duration::rep>(need) * rules.symbol_time;
        if (partial != nullptr) parity += need + partial->parity_held;
        begin = due.from;
        if (begin == end || due.at > rules.now) return true;
        if (partial != nullptr) {
            const bool whole = rules.large_group && mostly_missing(begin, *partial);
            if (!(whole ? page.blocks(begin, end)
                        : page.partial(begin, *partial, table.has_parity_room(begin))))
                return false;
            partial->asked = rules.now;
            return true;
        }
        if (!page.blocks(begin, end)) return false;
        unseen = true;
        unseen_asked_end_ = end;
        return true;
    };
    table.for_each_incomplete(rules.begin, rules.end, each);
    if (unseen) unseen_asked_ = rules.now;
    return page.finish();
}

void NackBuilder::advertised(BlockTable& table, std::uint32_t begin, std::uint32_t end, Time now,
                             int& looks) {
    // A border tells what was asked for: this must reach to it, but for what is not wanted.
    bool reaches = true;
    if (begin > unseen_asked_end_)
        table.for_each_incomplete(unseen_asked_end_, begin,
                                  [&](std::uint32_t, std::uint32_t, const auto* partial) {
                                      looks = std::max(looks - 1, 0);
                                      return reaches = partial != nullptr && looks > 0;
                                  });
    table.for_each_incomplete(begin, end,
                              [&](std::uint32_t, std::uint32_t, BlockTable::Partial* partial) {
                                  if (looks == 0) return false;
                                  if (partial != nullptr)
                                      partial->asked = std::max(partial->asked, now);
                                  return --looks > 0;
                              });
    if (!reaches) return;
    unseen_asked_end_ = std::max(unseen_asked_end_, end);
    unseen_asked_ = now;
}

}  // namespace mcast::protocol
