// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "fec/partition.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/object/range_set.hpp"

namespace mcast::protocol {

/// From complete blocks to verified chunks: which chunk has all its blocks and may be compared with
/// its digest, which is good, and what has to be fetched again when one is not.
class ChunkTracker {
  public:
    ChunkTracker() = default;
    ChunkTracker(fec::BlockPartition partition, DigestParams digest);

    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] bool all_good() const { return good_ == count_; }
    /// Some chunk was wrong, and has not been good since.
    [[nodiscard]] bool any_bad() const { return !failures_.empty(); }
    [[nodiscard]] bool whole(std::uint32_t chunk) const { return is(chunk, State::whole); }

    /// All chunks that are good end there or before.
    [[nodiscard]] ByteCount good_end() const;
    /// The end of a stream has become known, which is not before good_end(); no block beyond is
    /// complete. Appends its last chunk to `ready` if it is whole now.
    void end_at(const fec::BlockPartition& partition, std::vector<std::uint32_t>& ready);

    /// Appends chunks that have become whole to `ready`.
    void block_complete(std::uint32_t block, std::vector<std::uint32_t>& ready);
    /// A verdict on the chunk will come.
    void verify_ordered(std::uint32_t chunk) { ++verifying_[chunk]; }
    /// For each verdict: the chunk has been fetched again since, and another one will come.
    [[nodiscard]] bool outdated_verdict(std::uint32_t chunk);
    void good(std::uint32_t chunk);
    /// How often this chunk has been wrong by now. All of its blocks have to be reset.
    int bad(std::uint32_t chunk);
    /// A block is missing again: the chunks in it are no longer whole. One that is good stays good:
    /// it may have been passed on, and the content store keeps its bytes.
    void block_reset(std::uint32_t block);

    /// All chunks that have bytes of the block are good.
    [[nodiscard]] bool settled(std::uint32_t block) const;

    /// Blocks that hold bytes of the chunk: first and one past the last.
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> blocks_of(std::uint32_t chunk) const;
    /// All content below is good; never inside a block that a bad chunk could bring back.
    [[nodiscard]] ByteCount good_prefix() const;

  private:
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> chunks_of(std::uint32_t block) const;

    enum class State : std::uint8_t { open, whole, good };

    [[nodiscard]] bool is(std::uint32_t chunk, State state) const {
        return chunk < state_.size() && state_[chunk] == state;
    }
    void reach(std::uint32_t end);
    void become_whole(std::uint32_t chunk, std::vector<std::uint32_t>& ready);

    fec::BlockPartition partition_;
    ByteCount chunk_size_ = 1;
    std::uint32_t count_ = 0;
    std::uint32_t good_ = 0;
    std::uint32_t good_from_zero_ = 0;  // chunks below are all good
    // By chunk, as far as content has come: a stream may have many.
    std::vector<std::uint32_t> blocks_missing_;
    std::vector<State> state_;
    std::unordered_map<std::uint32_t, int> failures_;
    std::unordered_map<std::uint32_t, int> verifying_;  // orders without a verdict yet
};

}  // namespace mcast::protocol
