// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/rng.hpp"
#include "base/time.hpp"
#include "protocol/receive/loss_meter.hpp"
#include "protocol/receive/nack_builder.hpp"
#include "protocol/receive/sender_view.hpp"
#include "wire/norm/message.hpp"

namespace mcast::protocol {

/// When a receiver asks for what it lacks, and how far (RFC 5740 section 5.3): NACK cycles, each of
/// a random back-off and a few pages. It follows how far the sender's new data has come, since only
/// what that has passed can be missing. The table of blocks is the object's, and given with each
/// call.
class NackCycle {
  public:
    /// All that it has to know of its surroundings.
    struct Conditions {
        Time now{};
        const SenderView& sender;
        const LossMeter& loss;
        std::uint32_t window_end = 0;  ///< blocks from there on are not wanted yet
        bool sender_idle = false;      ///< nothing has come since a flush
    };

    /// `late`: the sender has begun already.
    void begin(const ObjectParams& object, const fec::BlockPartition& partition, bool late);

    /// The end of a stream has become known. Data beyond it may have come, which was forged.
    void end_at(const fec::BlockPartition& partition);

    /// New data has come as far as that block: true when it has passed others by that.
    bool on_new_data(std::uint32_t block) {
        flushed_ = false;
        if (begin_ == kNotBegun) begin_ = block + 1;
        if (block <= position_) return false;
        position_ = block;
        return true;
    }
    /// The sender has sent all through that block, and pauses: true when that is news.
    bool on_flush(std::uint32_t block);
    void on_repair(BlockTable::Partial& partial, const Conditions& conditions) const;
    /// Repairs that are pending for others serve this receiver, too, if they are enough.
    void on_repair_adv(BlockTable& table, const wire::CmdRepairAdv& repair_adv, Time now);

    /// Blocks below have been passed by new data.
    [[nodiscard]] std::uint32_t position() const { return position_; }
    [[nodiscard]] bool flushed() const { return flushed_; }
    /// The sender has sent everything once.
    [[nodiscard]] bool passed_all() const {
        return flushed_ && position_ == partition_.block_count();
    }
    /// Something is missing that new data has passed.
    [[nodiscard]] bool lacks_passed(const BlockTable& table) const {
        return table.first_incomplete() < position_;
    }
    /// In a small group each repair makes it ask on: it is no news of what else is missing.
    [[nodiscard]] bool asks_at_repairs(const SenderView& sender) const {
        return flushed_ && sender.backoff_factor() <= 1 && sender.group_size() <= kFew;
    }

    /// Starts a cycle: when it is to ask; nothing when there is nothing to ask for.
    [[nodiscard]] std::optional<Time> start(BlockTable& table, const Conditions& conditions,
                                            Rng& rng);
    /// The cycle's back-off is over: true when there still is something to ask for.
    [[nodiscard]] bool on_timer(BlockTable& table, const Conditions& conditions);
    struct Page {
        Bytes requests;      ///< inside `out`; empty when nothing is due
        bool last = true;    ///< of this cycle
        bool again = false;  ///< new data has passed more since: another cycle is wanted
    };
    [[nodiscard]] Page build(BlockTable& table, MutableBytes out, const Conditions& conditions);
    /// A NACK leaves now.
    void on_sent(Time now) { nacked_ = now; }
    [[nodiscard]] Time nacked() const { return nacked_; }
    /// Between two cycles, at least.
    [[nodiscard]] Duration spacing(const SenderView& sender) const;

  private:
    static constexpr std::uint32_t kNotBegun = UINT32_MAX;
    static constexpr double kFew = 10;  // receivers, as the wire tells their number

    [[nodiscard]] NackBuilder::Rules rules(const BlockTable& table, const Conditions& conditions,
                                           std::uint32_t end) const;
    [[nodiscard]] std::uint32_t settled_position(const Conditions& conditions) const;

    ObjectParams object_;
    fec::BlockPartition partition_;
    NackBuilder builder_;
    std::uint32_t begin_ = 0;     // blocks below had been begun when it joined
    std::uint32_t position_ = 0;  // blocks below have been passed by the sender's new data
    bool flushed_ = false;        // the sender has sent all below position_, and pauses
    std::uint32_t end_ = 0;       // the cycle is for blocks below
    int pages_ = 0;               // of the cycle
    Time nacked_{};
};

}  // namespace mcast::protocol
