// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/zeros.hpp"
#include "fec/partition.hpp"
#include "protocol/object/block_table.hpp"
#include "protocol/object/chunk_tracker.hpp"
#include "protocol/object/digest_table.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/object/placement.hpp"
#include "protocol/object/range_set.hpp"
#include "wire/norm/data.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {

/// One object on its way in: from symbols to blocks, chunks and verified content. It says where
/// each symbol belongs and orders the work on what is there: decode, verify, release, finish. It
/// knows no sender and no time.
class ObjectReceiver {
  public:
    /// So many bad copies of one chunk are not due to the network, nor to a stranger.
    static constexpr int kMaxFailures = 16;

    ObjectReceiver() = default;
    /// `parity_limit`: parity symbols that may be held for blocks which wait for more.
    ObjectReceiver(const ObjectParams& object, const DigestParams& digest,
                   std::size_t parity_limit);

    [[nodiscard]] const fec::BlockPartition& partition() const { return partition_; }
    [[nodiscard]] std::uint32_t block_count() const {
        return static_cast<std::uint32_t>(partition_.block_count());
    }
    [[nodiscard]] BlockTable& blocks() { return blocks_; }
    [[nodiscard]] const BlockTable& blocks() const { return blocks_; }

    /// The end of a stream has become known. False: content beyond it is verified, so that is
    /// wrong.
    bool end_at(ByteCount size);

    /// The payload is of this object and of the length that its symbol has.
    [[nodiscard]] bool fits(const wire::Data& data) const;
    /// A symbol that fits came in. Placed nowhere when it is no news.
    struct Stored {
        Placement place;
        bool completed = false;    ///< the block
        std::size_t repaired = 0;  ///< source symbols that are computed for it
    };
    [[nodiscard]] Stored store(const wire::Data& data);

    /// Blocks below `end_block` that are told to be zeros are taken as such, without payload.
    /// False: none of them is news. Content that came later and is not zeros belies it, and so does
    /// a digest.
    bool on_zeros(const wire::Zeros& message, std::uint32_t end_block);
    /// False: these digests are of something else.
    bool on_digests(const wire::Digests& message);
    enum class Verdict : std::uint8_t {
        outdated,     ///< the chunk has been fetched again since, or there is none of that number
        good,         ///< what is good from the beginning on may be released
        fetch_again,  ///< its blocks and its digest are missing again
        hopeless,     ///< it was wrong so often that it is neither the network nor a stranger
    };
    Verdict verdict(std::uint32_t chunk, bool good);

    /// All content is here and verified, or there is nothing to verify it by.
    [[nodiscard]] bool complete() const { return blocks_.all_complete() && chunks_.all_good(); }
    void order_finish() { orders_.push_back({.kind = Order::Kind::finish}); }
    [[nodiscard]] bool has_orders() const { return !orders_.empty(); }
    [[nodiscard]] bool poll_order(Order& out);
    void clear_orders() { orders_.clear(); }

    /// Some chunk was wrong, and has not been good since.
    [[nodiscard]] bool any_bad() const { return chunks_.any_bad(); }
    /// Chunks are here that cannot be verified yet.
    [[nodiscard]] bool lacks_digests() const { return !undigested_.empty(); }
    [[nodiscard]] bool has_all_digests() const { return digests_.complete(); }
    /// The digests to ask for: all that are missing, or those of chunks that are here and of a few
    /// that follow.
    [[nodiscard]] std::vector<wire::ChunkRange> missing_digests(bool all) const;

    /// The output was told to write out all below.
    [[nodiscard]] ByteCount release_ordered() const { return release_ordered_; }
    /// The content that would be released next has not come, or its digest has not: the network is
    /// waited for, not only the check.
    [[nodiscard]] bool awaits_network() const;
    /// A parity symbol counts as much as any: it makes up for one that is missing. Less than the
    /// whole until all blocks are complete.
    [[nodiscard]] ByteCount bytes_held() const;
    /// The number that the sender is told: of a stream, only what is verified from the start on.
    /// The sender need not keep that any longer.
    [[nodiscard]] ByteCount reported_bytes() const {
        return object_.stream ? release_ordered_ : bytes_held();
    }

  private:
    void drop_beyond(ByteCount end);
    void take_zeros(std::uint32_t begin, std::uint32_t end);
    void look_at_zeros(std::uint32_t block, Bytes content);
    std::size_t on_complete(std::uint32_t block);
    void on_whole_chunk(std::uint32_t chunk);
    void order_verify(std::uint32_t chunk);
    void release_good();

    ObjectParams object_;
    DigestParams digest_;
    fec::BlockPartition partition_;
    BlockTable blocks_;
    ChunkTracker chunks_;
    DigestTable digests_;
    RangeSet zeros_;       // blocks that were told to be zeros and did not turn out otherwise
    RangeSet undigested_;  // whole chunks whose digest is not known yet
    std::deque<Order> orders_;
    ByteCount release_ordered_ = 0;
    std::vector<std::uint32_t> ready_;  // kept for its memory
};

// For each packet, hence here.
inline bool ObjectReceiver::fits(const wire::Data& data) const {
    if (data.object != object_.id || data.fec_id != object_.fec_id) return false;
    const auto [block, esi, sent_length] = data.id;
    if (block >= partition_.block_count()) return false;
    const std::uint16_t length = partition_.block_length(block);
    const std::uint16_t parity = partition_.parity_base(block);
    if (data.fec_id == wire::FecId::small_block && sent_length != parity) return false;
    if (esi >= parity + object_.parity || (esi >= length && esi < parity)) return false;
    const std::size_t size =
        esi < length ? partition_.symbol_size(block, esi) : partition_.parity_size(block);
    return data.payload.size() == object_.symbol_header() + size;
}

// Content that is no zeros comes of a block that was told to be: that is expected from the network
// from now on.
inline void ObjectReceiver::look_at_zeros(std::uint32_t block, Bytes content) {
    if (zeros_.empty() || !zeros_.contains(block) || all_zero(content) || chunks_.settled(block))
        return;
    zeros_.remove(block, block + 1);
    if (!blocks_.complete(block)) return;
    blocks_.reset(block);
    chunks_.block_reset(block);
}

inline ObjectReceiver::Stored ObjectReceiver::store(const wire::Data& data) {
    const std::uint32_t block = data.id.block;
    const std::uint16_t esi = data.id.symbol;
    Stored stored;
    look_at_zeros(block, data.payload.subspan(object_.symbol_header()));
    const auto outcome = blocks_.add(block, esi);
    if (const auto dropped = blocks_.take_dropped())
        orders_.push_back({.kind = Order::Kind::forget, .block = *dropped});
    if (outcome == BlockTable::Outcome::duplicate || outcome == BlockTable::Outcome::no_room)
        return stored;
    Placement& place = stored.place;
    place.block = block;
    place.payload = data.payload.subspan(object_.symbol_header());
    if (esi < partition_.block_length(block)) {
        place.kind = Placement::Kind::source;
        place.symbol = esi;
        place.offset = partition_.offset(block, esi);
    } else {
        place.kind = Placement::Kind::parity;
        place.symbol = static_cast<std::uint16_t>(esi - partition_.parity_base(block));
    }
    if (outcome == BlockTable::Outcome::completed) {
        stored.completed = true;
        stored.repaired = on_complete(block);
    }
    return stored;
}

}  // namespace mcast::protocol
