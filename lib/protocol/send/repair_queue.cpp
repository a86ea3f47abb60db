// SPDX-License-Identifier: MIT
#include "protocol/send/repair_queue.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {
namespace {

// Times of sending are remembered for so long: longer than a request takes to get here.
constexpr Duration kMemory = std::chrono::seconds(2);

bool is_zero(std::uint32_t block, const RepairQueue::Rules& rules) {
    return rules.zeros != nullptr && rules.zeros->has(block);
}

// Blocks of zeros are told again, and no longer among those that are asked for.
std::size_t take_zeros(RangeSet& blocks, const RepairQueue::Rules& rules) {
    if (rules.zeros == nullptr) return 0;
    return rules.zeros->take_asked(blocks, rules.end_block, rules.now, rules.horizon);
}

}  // namespace

RepairQueue::RepairQueue(fec::BlockPartition partition, std::uint16_t parity)
    : partition_(partition), parity_(parity) {}

void RepairQueue::reach(std::uint32_t end_block) {
    if (end_block <= demand_.size()) return;
    parity_used_.resize(end_block);
    demand_.resize(end_block);
}

void RepairQueue::drop_below(std::uint32_t block) {
    first_ = block;
    catch_up_.remove(0, block);
    std::erase_if(order_, [&](std::uint32_t wanted) { return wanted < block; });
    std::erase_if(wanted_, [&](const auto& entry) { return entry.first < block; });
    if (serving_ && serving_->block < block) serving_.reset();
}

NackOutcome RepairQueue::add_nack(Bytes requests, ObjectId id, const Rules& rules) {
    forget(std::min(rules.now - kMemory, rules.horizon));
    reach(static_cast<std::uint32_t>(
        std::min<std::uint64_t>(rules.end_block, partition_.block_count())));
    // Symbols of one block arrive as several items in a row: gather them, so that `need` is what
    // this receiver lacks altogether.
    std::optional<std::uint32_t> block;
    std::bitset<256> symbols;
    RangeSet blocks;
    NackOutcome outcome;
    const auto flush = [&] {
        if (block && is_zero(*block, rules)) {
            blocks.add(*block, *block + 1);
        } else if (block) {
            want_end(*block, symbols, rules, outcome);
            want_symbols(*block, symbols, rules, outcome);
        }
        block.reset();
        symbols.reset();
    };
    std::size_t count = 0;
    (void)wire::for_each_request(requests, [&](const wire::RepairRequest& request) {
        if (++count > kMaxRequests) return;
        if (request.first.object != id || request.last.object != id) return;
        if (request.flags & wire::kRequestInfo) outcome.info_wanted = true;
        if (request.flags & wire::kRequestObject) {
            outcome.info_wanted = true;
            blocks.add(first_, rules.end_block);
        } else if (request.flags & wire::kRequestBlock) {
            outcome.gone = outcome.gone || request.first.id.block < first_;
            blocks.add(request.first.id.block, std::min(request.last.id.block, UINT32_MAX - 1) + 1);
        } else if (request.flags & wire::kRequestSegment) {
            if (request.first.id.block != request.last.id.block) return;
            if (block != request.first.id.block) flush();
            block = request.first.id.block;
            const unsigned last = std::min<unsigned>(request.last.id.symbol, 255);
            for (unsigned s = request.first.id.symbol; s <= last; ++s) symbols.set(s);
        }
    });
    flush();
    outcome.zeros = take_zeros(blocks, rules);
    outcome.symbols += want_blocks(blocks, rules);
    return outcome;
}

// Takes those that are sent as they were asked for out of `symbols`.
void RepairQueue::want_end(std::uint32_t block, std::bitset<256>& symbols, const Rules& rules,
                           NackOutcome& outcome) {
    if (!rules.explicit_end || block < first_ || block >= demand_.size()) return;
    const unsigned length = partition_.block_length(block);
    if (length == partition_.parity_base(block)) return;
    std::bitset<256> asked = symbols;
    for (unsigned s = length; s < asked.size(); ++s) asked.reset(s);
    symbols &= ~asked;
    if (asked.none() || served_since(block, rules.horizon)) return;
    Wanted* entry = wanted(block, rules);
    if (entry == nullptr || entry->whole) return;
    outcome.symbols += (asked & ~entry->symbols).count();
    entry->symbols |= asked;
}

void RepairQueue::want_symbols(std::uint32_t block, const std::bitset<256>& symbols,
                               const Rules& rules, NackOutcome& outcome) {
    outcome.gone = outcome.gone || block < first_;
    if (block < first_ || block >= demand_.size()) return;
    const unsigned length = partition_.block_length(block);
    const unsigned parity = partition_.parity_base(block);
    const auto exists = [&](unsigned s) { return s < length || s >= parity; };
    unsigned need = 0;
    for (unsigned s = 0; s < parity + parity_; ++s) need += symbols.test(s) && exists(s);
    if (need == 0 || served_since(block, rules.horizon)) return;
    const unsigned surplus = rules.surplus ? 2 + need / 4 : 0;
    const unsigned target = used_at(block, rules.horizon) + need + surplus;
    const auto covered = static_cast<std::uint16_t>(std::min<unsigned>(target, parity_));
    if (covered > demand_[block]) outcome.raised = std::max(outcome.raised, covered);
    demand_[block] = static_cast<std::uint8_t>(std::max<unsigned>(demand_[block], covered));
    if (target <= parity_used_[block]) return;  // it is on its way
    const std::uint16_t wanted_target = std::max(covered, std::min(rules.least, parity_));
    const auto raise = [&](std::uint16_t& goal) {
        const std::uint16_t before = std::max<std::uint16_t>(goal, parity_used_[block]);
        goal = std::max(goal, wanted_target);
        outcome.symbols += goal > before ? goal - before : 0;
    };
    if (serving_ && serving_->block == block) return raise(serving_->target);
    Wanted* entry = wanted(block, rules);
    if (entry == nullptr || entry->whole) return;
    // Fresh parity repairs any loss, at any receiver. Symbols of this receiver that it cannot cover
    // are sent as they were asked for, since other receivers lack others.
    unsigned uncovered = target - covered > surplus ? target - covered - surplus : 0;
    uncovered = std::min(uncovered, need);
    raise(entry->target);
    for (unsigned s = 0; s < parity + parity_used_[block] && uncovered > 0; ++s) {
        if (!symbols.test(s) || !exists(s)) continue;
        outcome.symbols += !entry->symbols.test(s);
        entry->symbols.set(s);
        --uncovered;
    }
}

// Returns the symbols that are sent for this receiver alone.
std::uint64_t RepairQueue::want_blocks(const RangeSet& blocks, const Rules& rules) {
    std::uint64_t more = 0;  // blocks
    const std::uint32_t near = rules.end_block > rules.near ? rules.end_block - rules.near : 0;
    bool behind = false;
    for (const auto& [from, stop] : blocks.ranges()) {
        const std::uint32_t begin = std::max(from, first_);
        const std::uint32_t end = std::min(stop, rules.end_block);
        if (begin < std::min(end, near) && catch_up_.ranges().size() < kMaxCatchUpRanges) {
            more += catch_up_.add(begin, std::min(end, near));
            behind = true;
        }
        for (std::uint32_t b = std::max(begin, near); b < end; ++b)
            if (!served_since(b, rules.horizon))
                if (Wanted* entry = wanted(b, rules)) more += !std::exchange(entry->whole, true);
    }
    // Catch-up that has just been sent is still on its way.
    if (!behind) return more * partition_.longest_block();
    for (auto it = served_order_.rbegin(); it != served_order_.rend(); ++it) {
        if (it->first <= rules.horizon) break;
        catch_up_.remove(it->second, it->second + 1);
    }
    return more * partition_.longest_block();
}

RepairQueue::Wanted* RepairQueue::wanted(std::uint32_t block, const Rules& rules) {
    if (wanted_.size() >= kMaxWanted && !wanted_.contains(block)) return nullptr;
    const auto [it, fresh] = wanted_.try_emplace(block);
    if (!fresh) return &it->second;
    it->second.ready = rules.now + rules.aggregation;
    // A request for a block before the one being repaired is a retry. Serve it first: its receiver
    // holds parity of later blocks, and may run out of memory.
    if (!order_.empty() && block < order_.front()) {
        it->second.ready = std::min(it->second.ready, wanted_.at(order_.front()).ready);
        order_.push_front(block);
    } else {
        order_.push_back(block);
    }
    return &it->second;
}

bool RepairQueue::served_since(std::uint32_t block, Time horizon) const {
    if (serving_ && serving_->block == block && serving_->symbols.any()) return true;
    const auto it = served_.find(block);
    return it != served_.end() && it->second > horizon;
}

// Parity symbols that had been used when the horizon passed.
std::uint16_t RepairQueue::used_at(std::uint32_t block, Time horizon) const {
    const auto it = recent_.find(block);
    if (it == recent_.end()) return parity_used_[block];
    for (const Recent& sent : it->second)
        if (sent.at > horizon) return sent.before;
    return parity_used_[block];
}

void RepairQueue::use_parity(std::uint32_t block, Time now) {
    auto& sent = recent_[block];
    if (sent.empty() || sent.back().at != now) {
        sent.push_back({now, parity_used_[block]});
        recent_order_.emplace_back(now, block);
    }
    ++parity_used_[block];
}

void RepairQueue::forget(Time before) {
    while (!served_order_.empty() && served_order_.front().first < before) {
        const auto [time, block] = served_order_.front();
        served_order_.pop_front();
        const auto it = served_.find(block);
        if (it != served_.end() && it->second == time) served_.erase(it);
    }
    while (!recent_order_.empty() && recent_order_.front().first < before) {
        const auto [time, block] = recent_order_.front();
        recent_order_.pop_front();
        const auto it = recent_.find(block);
        if (it != recent_.end() && it->second.back().at == time) recent_.erase(it);
    }
}

Time RepairQueue::next_ready() const {
    if (serving_) return Time{};
    return order_.empty() ? kNever : wanted_.at(order_.front()).ready;
}

void RepairQueue::begin_service() {
    const std::uint32_t block = order_.front();
    order_.pop_front();
    const auto node = wanted_.extract(block);
    const Wanted& entry = node.mapped();
    const auto length = partition_.block_length(block);

    Service service{.block = block, .whole = entry.whole};
    if (entry.whole) {
        for (std::uint16_t s = 0; s < length; ++s) service.symbols.set(s);
        service.target = static_cast<std::uint16_t>(
            std::min<unsigned>(parity_, unsigned{parity_used_[block]} + proactive_symbols_));
    } else {
        service.target = entry.target;
        service.symbols = entry.symbols;
    }
    serving_ = service;
}

// Fresh parity comes first, because it serves most receivers. With a whole block it comes last, as
// with a new one: a receiver that gets all of the source has nothing to decode.
bool RepairQueue::parity_next() const {
    const Service& s = *serving_;
    return s.target > parity_used_[s.block] && (!s.whole || s.symbols.none());
}

std::optional<SymbolRef> RepairQueue::peek(Time now) {
    for (;;) {
        if (!serving_) {
            if (next_ready() > now) return std::nullopt;
            begin_service();
        }
        Service& s = *serving_;
        const auto length = partition_.block_length(s.block);
        if (parity_next())
            return SymbolRef{s.block, parity_used_[s.block], true, partition_.parity_size(s.block)};
        while (s.cursor < 256 && !s.symbols.test(s.cursor)) ++s.cursor;
        if (s.cursor < length)
            return SymbolRef{s.block, s.cursor, false, partition_.symbol_size(s.block, s.cursor)};
        if (s.cursor < 256) {
            const auto parity =
                static_cast<std::uint16_t>(s.cursor - partition_.parity_base(s.block));
            return SymbolRef{s.block, parity, true, partition_.parity_size(s.block)};
        }
        pop(now);  // nothing (left) to send for it
    }
}

void RepairQueue::pop(Time now) {
    Service& s = *serving_;
    if (parity_next()) {
        use_parity(s.block, now);
    } else if (s.cursor < 256 && s.symbols.test(s.cursor)) {
        s.symbols.reset(s.cursor);
        if (s.symbols.none()) {
            served_[s.block] = now;
            served_order_.emplace_back(now, s.block);
        }
    }
    if (s.target <= parity_used_[s.block] && s.symbols.none()) serving_.reset();
}

void RepairQueue::take_catch_up(Time now) {
    if (catch_up_.empty()) return;
    const std::uint32_t block = catch_up_.front();
    catch_up_.remove(block, block + 1);
    const auto [it, fresh] = wanted_.try_emplace(block);
    if (fresh) order_.push_back(block);
    it->second.whole = true;
    it->second.ready = std::min(it->second.ready, now);
}

void RepairQueue::parity_sent(std::uint32_t block, std::uint16_t symbols) {
    reach(block + 1);
    parity_used_[block] = static_cast<std::uint8_t>(
        std::min<unsigned>(parity_, unsigned{parity_used_[block]} + symbols));
}

}  // namespace mcast::protocol
