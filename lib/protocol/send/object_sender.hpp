// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "fec/partition.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/send/new_data.hpp"
#include "protocol/send/proactive_parity.hpp"
#include "protocol/send/repair_queue.hpp"
#include "protocol/send/zero_blocks.hpp"
#include "wire/norm/payload_id.hpp"

namespace mcast::protocol {

/// The symbols that a sender sends of its object, in their order: the first pass, the repairs, and
/// the parity that goes unasked with each block. It knows no receiver, no rate and no packet.
class ObjectSender {
  public:
    /// `proactive`: parity sent unasked, as a part of the source; empty: learnt from the repairs.
    ObjectSender(const ObjectParams& object, std::optional<double> proactive);

    [[nodiscard]] const fec::BlockPartition& partition() const { return partition_; }
    /// The name of that symbol on the wire.
    [[nodiscard]] wire::PayloadId id_of(const SymbolRef& symbol) const {
        const std::uint16_t base = partition_.parity_base(symbol.block);
        const auto esi =
            static_cast<std::uint16_t>(symbol.parity ? base + symbol.symbol : symbol.symbol);
        return {symbol.block, esi, base};
    }
    /// The name of the last source symbol of the blocks that have been begun; before the first
    /// block, that of the first symbol.
    [[nodiscard]] wire::PayloadId last_begun() const;
    /// The name of the first symbol behind the end of a stream.
    [[nodiscard]] wire::PayloadId behind_end() const;

    // The content of a stream; that of a file is all there, unless it is looked at for zeros.
    /// Content before this offset can be sent. A block is begun only when all of it can.
    void extend(ByteCount available) { available_ = available; }
    /// There is no more than what can be sent.
    void end();
    /// The content below this offset is gone, for all have it.
    void release(ByteCount offset);
    [[nodiscard]] ByteCount available() const { return available_; }
    /// Content below has been released, as far as whole blocks of it are.
    [[nodiscard]] ByteCount released() const { return released_; }
    /// New data waits for content of a stream.
    [[nodiscard]] bool starved() const {
        return object_.stream && !new_data_.is_within(available_);
    }
    /// The blocks of zeros: to be added before they can be sent, and to be told when they have been
    /// passed.
    [[nodiscard]] ZeroBlocks& zeros() { return zeros_; }

    // The first pass.
    [[nodiscard]] bool first_pass_done() const { return new_data_.done(); }
    /// All before this offset has been sent.
    [[nodiscard]] ByteCount position() const { return new_data_.position(); }
    [[nodiscard]] std::uint32_t blocks_begun() const { return new_data_.end_block(); }
    /// The end of the block that new data is in or comes to next; after the first pass, the end of
    /// the object.
    [[nodiscard]] ByteCount block_end() const {
        return new_data_.done() ? object_.size : new_data_.block_end();
    }
    /// A block is begun only when the window that ends there has room for all of it.
    [[nodiscard]] bool held_at(ByteCount window_end) const {
        return new_data_.at_block() && new_data_.block_end() > window_end;
    }
    /// Fewer bytes than these are left of the first pass.
    [[nodiscard]] bool ends_within(double bytes) const {
        return static_cast<double>(object_.size - new_data_.position()) < bytes;
    }
    [[nodiscard]] std::optional<SymbolRef> peek_new() const {
        if (!new_data_.is_within(available_) || new_data_.at(zeros_)) return std::nullopt;
        return new_data_.peek();
    }
    /// Passes over the blocks of zeros that new data comes to, as far as the window that ends there
    /// has room for them. False: there are none.
    bool pass_zeros(ByteCount window_end);
    /// The symbol that peek_new() returned has been sent.
    void pop_new(Time now, const SymbolRef& symbol) {
        // Parity that was sent unasked is no longer fresh.
        if (symbol.parity) repairs_.parity_sent(symbol.block, 1);
        if (new_data_.pop())
            unsettled_.push_back({now, symbol.block, new_data_.proactive_of_last()});
    }

    // The repairs.
    struct Asked {
        Time now{};
        Duration aggregation{};     ///< wait for other receivers' requests so long
        Time horizon{};             ///< the receiver knows of all that was sent before
        std::size_t receivers = 1;  ///< that may ask
        std::uint32_t near = 2;     ///< whole blocks before new data that are repaired at once
        bool last_round = false;    ///< new data ends before a lost repair could be asked for
        bool explicit_end = false;  ///< plain receivers need the end of a stream as source
    };
    /// The requests of one receiver's NACK.
    NackOutcome add_nack(Bytes requests, const Asked& asked);
    /// Nothing is asked for but catch-up.
    [[nodiscard]] bool repairs_idle() const { return repairs_.idle(); }
    [[nodiscard]] bool catch_up_empty() const { return repairs_.catch_up_empty(); }
    [[nodiscard]] bool nothing_asked() const { return repairs_idle() && catch_up_empty(); }
    [[nodiscard]] bool sent_all() const { return first_pass_done() && nothing_asked(); }
    [[nodiscard]] Time next_repair() const { return repairs_.next_ready(); }
    [[nodiscard]] std::optional<SymbolRef> peek_repair(Time now) { return repairs_.peek(now); }
    void pop_repair(Time now) { repairs_.pop(now); }
    /// Makes the next block of catch-up a repair.
    void catch_up(Time now) { repairs_.take_catch_up(now); }
    /// Writes the pending repairs as requests; false: not all of them have found room.
    bool write_pending(wire::RepairRequestWriter& writer) const;

    // Parity that goes unasked.
    struct Plan {
        Time settled{};              ///< the demand of blocks that were sent until then is known
        double last_round = 0;       ///< bytes that leave before their repair could be asked for
        std::optional<double> loss;  ///< at most, that has nothing to do with the rate
    };
    void plan_parity(const Plan& plan);
    /// Receivers were cut off, so the lack of requests for the blocks under way tells nothing.
    void forget_unsettled() { unsettled_.clear(); }

  private:
    // A block of the first pass whose demand is not known yet.
    struct Unsettled {
        Time sent{};
        std::uint32_t block = 0;
        std::uint16_t proactive_symbols = 0;
    };

    void settle(Time sent_before);
    [[nodiscard]] std::uint16_t sensible_parity(std::optional<double> loss) const;

    ObjectParams object_;
    fec::BlockPartition partition_;
    bool automatic_;  // parity that goes unasked
    NewData new_data_;
    RepairQueue repairs_;
    ZeroBlocks zeros_;
    ProactiveParity parity_;
    std::deque<Unsettled> unsettled_;
    ByteCount available_;
    ByteCount released_ = 0;
};

}  // namespace mcast::protocol
