// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "fec/partition.hpp"
#include "protocol/range_set.hpp"
#include "protocol/transmit.hpp"
#include "wire/message.hpp"
#include "wire/repair_request.hpp"

namespace mcast::protocol {

/// What receivers asked for and have not been sent yet (RFC 5740 section 5.4.2): requests for a
/// block are aggregated for a while, then answered by as many fresh parity symbols as the neediest
/// receiver lacks, and by explicit symbols once parity is used up. Whole blocks far behind the
/// position of new data (a late joiner's) are catch-up: served when new data is done.
class RepairQueue {
  public:
    /// How requests are taken right now.
    struct Rules {
        Time now{};
        Duration aggregation{};       ///< wait for other receivers' requests so long
        Duration holdoff{};           ///< requests for a block repaired less long ago are late
        std::uint32_t end_block = 0;  ///< blocks from here on have not been sent yet
    };

    RepairQueue(fec::BlockPartition partition, std::uint16_t parity);

    /// The requests of one NACK that are for object `id`; nothing of a malformed one.
    void add_nack(Bytes requests, ObjectId id, const Rules& rules);

    /// A repair is ready to be sent.
    [[nodiscard]] bool ready(Time now) const { return serving_ || next_ready() <= now; }
    /// When the next aggregation ends, in the past while a repair is under way; kNever when nothing
    /// is asked for.
    [[nodiscard]] Time next_ready() const;
    /// The next symbol of the repair under way or ready; then pop().
    [[nodiscard]] std::optional<SymbolRef> peek(Time now);
    void pop(Time now);

    /// Nothing is asked for but catch-up.
    [[nodiscard]] bool idle() const { return !serving_ && order_.empty(); }
    [[nodiscard]] bool catch_up_empty() const { return catch_up_.empty(); }

    /// Bounds of what the network can make wait here. What is beyond is asked for again later.
    static constexpr std::size_t kMaxWanted = 1 << 16;
    static constexpr std::size_t kMaxCatchUpRanges = 1 << 14;
    [[nodiscard]] std::size_t waiting() const { return wanted_.size(); }
    [[nodiscard]] std::size_t catch_up_ranges() const { return catch_up_.ranges().size(); }

    /// Makes the next block of catch-up a repair that is ready.
    void take_catch_up(Time now);

    /// INFO was asked for since the last call.
    [[nodiscard]] bool take_info_wanted();

    /// Parity that was sent unasked counts as used.
    void parity_sent(std::uint32_t block, std::uint16_t symbols);

  private:
    // Whole blocks nearer than this to the position are repaired at once.
    static constexpr std::uint32_t kNear = 256;

    struct Wanted {
        std::bitset<256> symbols;  // by ESI: beyond what fresh parity covers
        std::uint16_t need = 0;    // most symbols that one NACK asked for
        bool whole = false;
        Time ready{};
    };
    struct Service {
        std::uint32_t block = 0;
        std::uint16_t parity_next = 0;
        std::uint16_t parity_left = 0;
        std::bitset<256> symbols;
        std::uint16_t cursor = 0;
    };

    void want_symbols(std::uint32_t block, const std::bitset<256>& symbols, const Rules& rules);
    void want_blocks(const RangeSet& blocks, const Rules& rules);
    [[nodiscard]] Wanted* wanted(std::uint32_t block, const Rules& rules);
    [[nodiscard]] bool served_lately(std::uint32_t block, const Rules& rules) const;
    void forget_served(Time before);
    void begin_service();

    fec::BlockPartition partition_;
    std::uint16_t parity_;
    std::vector<std::uint8_t> parity_used_;  // by block: parity symbols sent so far
    std::unordered_map<std::uint32_t, Wanted> wanted_;
    std::deque<std::uint32_t> order_;  // blocks in wanted_, in the order of their first request
    std::unordered_map<std::uint32_t, Time> served_;
    std::deque<std::pair<Time, std::uint32_t>> served_order_;
    RangeSet catch_up_;
    std::optional<Service> serving_;
    bool info_wanted_ = false;
};

}  // namespace mcast::protocol
