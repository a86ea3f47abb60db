// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "fec/partition.hpp"
#include "protocol/object/range_set.hpp"
#include "protocol/send/zero_blocks.hpp"
#include "protocol/transmit.hpp"
#include "wire/norm/message.hpp"
#include "wire/norm/repair_request.hpp"

namespace mcast::protocol {

/// The outcome of one NACK.
struct NackOutcome {
    std::uint64_t symbols = 0;  ///< sent for it alone: others have not asked for them yet
    std::uint16_t raised = 0;   ///< the greatest demand of a block that it has raised; 0: of none
    bool info_wanted = false;   ///< it asks for INFO
    bool gone = false;          ///< it asks for content that is gone
    std::size_t zeros = 0;      ///< ranges of blocks of zeros that it asks for
};

/// The repairs that receivers asked for and that have not been sent yet (RFC 5740 section 5.4.2). A
/// block is answered by as many fresh parity symbols as the neediest receiver lacks, and by
/// explicit symbols once parity is used up. Whole blocks far behind new data (a late joiner's) are
/// catch-up, which is sent when new data is done.
///
/// A request tells what a receiver lacked of all that was sent before its *horizon*. Parity that
/// left later is on its way and counts as if it had arrived. So no request is answered twice,
/// however many receivers ask and whenever their requests come in.
class RepairQueue {
  public:
    /// How requests are taken right now.
    struct Rules {
        Time now{};
        Duration aggregation{};       ///< wait for other receivers' requests so long
        Time horizon{};               ///< the receiver knows of all that was sent before
        bool surplus = false;         ///< a lost repair would cost more than one too many
        std::uint16_t least = 0;      ///< parity that a block needs in the end nearly always
        std::uint32_t end_block = 0;  ///< blocks from here on have not been sent yet
        std::uint32_t near = 2;       ///< whole blocks before it that are repaired at once
        /// Source symbols of a stream's last block are sent as they are asked for, if it is a short
        /// one. To plain receivers it is a full one, so that a few of its parity symbols repair
        /// nothing.
        bool explicit_end = false;
        ZeroBlocks* zeros = nullptr;  ///< are told again, not sent
    };

    RepairQueue(fec::BlockPartition partition, std::uint16_t parity);

    /// The end of a stream has become known.
    void end_at(const fec::BlockPartition& partition) { partition_ = partition; }
    /// The content of blocks below is gone: they are not repaired any more.
    void drop_below(std::uint32_t block);

    /// The requests of one NACK that are for object `id`; nothing of a malformed one.
    NackOutcome add_nack(Bytes requests, ObjectId id, const Rules& rules);

    /// A repair is ready to be sent.
    [[nodiscard]] bool ready(Time now) const { return serving_ || next_ready() <= now; }
    /// The end of the next aggregation. It is in the past while a repair is under way, and kNever
    /// when nothing is asked for.
    [[nodiscard]] Time next_ready() const;
    /// The next symbol of the repair under way or ready; then pop().
    [[nodiscard]] std::optional<SymbolRef> peek(Time now);
    void pop(Time now);

    /// Nothing is asked for but catch-up.
    [[nodiscard]] bool idle() const { return !serving_ && order_.empty(); }
    [[nodiscard]] bool catch_up_empty() const { return catch_up_.empty(); }

    /// Bounds of what the network can make wait here. Requests beyond them are dropped: receivers
    /// ask again later.
    static constexpr std::size_t kMaxWanted = 1 << 16;
    static constexpr std::size_t kMaxRequests = 256;  // of a NACK that are looked at
    static constexpr std::size_t kMaxCatchUpRanges = 1 << 14;
    [[nodiscard]] std::size_t waiting() const { return wanted_.size(); }
    [[nodiscard]] std::size_t catch_up_ranges() const { return catch_up_.ranges().size(); }

    /// Makes the next block of catch-up a repair that is ready.
    void take_catch_up(Time now);

    /// Sets the parity symbols that go with a block that is sent whole: to receivers that ask for
    /// it, it is a new block.
    void set_proactive_symbols(std::uint16_t symbols) { proactive_symbols_ = symbols; }

    /// Parity that was sent unasked counts as used.
    void parity_sent(std::uint32_t block, std::uint16_t symbols);
    /// The most parity symbols that a receiver is known to have needed of the block so far, not
    /// counting repairs that it lost.
    [[nodiscard]] std::uint16_t demand(std::uint32_t block) const {
        return block < demand_.size() ? demand_[block] : std::uint16_t{0};
    }

    /// Calls each(first block, last block, first parity, end) for what is pending, with an empty
    /// range of parity for blocks that are sent whole. The repair under way comes first. Catch-up
    /// follows, which takes few words and keeps many receivers silent, and then the rest in the
    /// order of service. Stops when `each` returns false.
    template <typename Each>
    void for_each_pending(Each&& each) const;

  private:
    static constexpr std::size_t kMostRanges = 24;  // of catch-up that are told

    struct Wanted {
        std::bitset<256> symbols;  // by ESI: beyond what fresh parity covers
        std::uint16_t target = 0;  // parity is to be sent up to here
        bool whole = false;
        Time ready{};
    };
    struct Service {
        std::uint32_t block = 0;
        bool whole = false;
        std::uint16_t target = 0;
        std::bitset<256> symbols;
        std::uint16_t cursor = 0;
    };
    // Parity of a block that left at one time.
    struct Recent {
        Time at{};
        std::uint16_t before = 0;  // used until then
    };

    void want_end(std::uint32_t block, std::bitset<256>& symbols, const Rules& rules,
                  NackOutcome& outcome);
    void want_symbols(std::uint32_t block, const std::bitset<256>& symbols, const Rules& rules,
                      NackOutcome& outcome);
    std::uint64_t want_blocks(const RangeSet& blocks, const Rules& rules);
    [[nodiscard]] Wanted* wanted(std::uint32_t block, const Rules& rules);
    [[nodiscard]] bool served_since(std::uint32_t block, Time horizon) const;
    [[nodiscard]] std::uint16_t used_at(std::uint32_t block, Time horizon) const;
    void forget(Time before);
    void reach(std::uint32_t end_block);
    void use_parity(std::uint32_t block, Time now);
    void begin_service();
    [[nodiscard]] bool parity_next() const;

    fec::BlockPartition partition_;
    std::uint16_t parity_;
    std::uint32_t first_ = 0;  // blocks below are gone
    // By block, as far as new data has come:
    std::vector<std::uint8_t> parity_used_;  // symbols sent so far
    std::vector<std::uint8_t> demand_;
    std::unordered_map<std::uint32_t, Wanted> wanted_;
    std::deque<std::uint32_t> order_;  // blocks in wanted_, mostly in the order of their requests
    std::unordered_map<std::uint32_t, Time> served_;  // explicitly or whole
    std::deque<std::pair<Time, std::uint32_t>> served_order_;
    std::unordered_map<std::uint32_t, std::vector<Recent>> recent_;
    std::deque<std::pair<Time, std::uint32_t>> recent_order_;
    RangeSet catch_up_;
    std::optional<Service> serving_;
    std::uint16_t proactive_symbols_ = 0;
};

template <typename Each>
void RepairQueue::for_each_pending(Each&& each) const {
    if (serving_ && serving_->target > parity_used_[serving_->block] &&
        !each(serving_->block, serving_->block, parity_used_[serving_->block], serving_->target))
        return;
    std::size_t ranges = 0;
    for (const auto& [begin, end] : catch_up_.ranges()) {
        if (++ranges > kMostRanges) break;
        if (!each(begin, end - 1, std::uint16_t{0}, std::uint16_t{0})) return;
    }
    for (const std::uint32_t block : order_) {
        const Wanted& entry = wanted_.at(block);
        const std::uint16_t used = entry.whole ? entry.target : parity_used_[block];
        if (!entry.whole && entry.target <= used) continue;
        if (!each(block, block, used, entry.target)) return;
    }
}

}  // namespace mcast::protocol
