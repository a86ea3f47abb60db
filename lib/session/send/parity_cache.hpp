// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/units.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/transmit.hpp"
#include "session/send/block_encoder.hpp"
#include "session/send/parity_prefetch.hpp"

namespace mcast::session {

/// The sender's parity symbols. They are computed when a run first refers to them, in one pass over
/// the block's source for all of them, and kept for the next receiver that lost part of that block.
/// The blocks used last stay, within `limit` bytes (or as much as a single run can refer to, if
/// that is more). `ahead`, if there is one, computes what later blocks will probably need. `source`
/// has the whole object; both outlive this. One thread.
class ParityCache {
  public:
    ParityCache(const protocol::ObjectParams& object, const storage::Source& source,
                ByteCount limit, ParityPrefetch* ahead = nullptr);

    /// Computes the parity that `run` refers to and that is not held yet. Parity of earlier runs
    /// may go.
    void prepare(const protocol::Transmit& run);

    /// A parity symbol of the run prepared last; valid until the next prepare().
    [[nodiscard]] const std::uint8_t* symbol(std::uint32_t block, std::uint16_t symbol) const;

    [[nodiscard]] std::size_t rows_held() const { return made_ - free_.size(); }
    /// The rows that had to be computed here, because `ahead` did not have them.
    [[nodiscard]] std::uint64_t rows_encoded() const { return encoded_; }

  private:
    struct Block {
        std::vector<std::uint8_t*> rows;  ///< by parity symbol; null: not computed
        std::list<std::uint32_t>::iterator place;
        std::uint64_t run = 0;  ///< the one that used it last
    };

    Block& touch(std::uint32_t block);
    void ensure(std::uint32_t block, std::uint16_t first, std::uint16_t count);
    void expect(std::uint32_t block, std::uint16_t count);
    void adopt();
    [[nodiscard]] std::uint8_t* take_row();
    bool evict_oldest();

    BlockEncoder encoder_;
    ParityPrefetch* ahead_;
    std::size_t row_bytes_;
    std::size_t max_rows_;

    std::unordered_map<std::uint32_t, Block> blocks_;
    std::list<std::uint32_t> order_;  ///< of use, the oldest first
    std::vector<std::unique_ptr<std::uint8_t[]>> slabs_;
    std::vector<std::uint8_t*> free_;
    std::size_t made_ = 0;
    std::uint64_t run_ = 0;
    std::uint64_t encoded_ = 0;
    std::uint32_t newest_ = 0;    ///< block whose source went out last
    std::uint32_t expected_ = 0;  ///< blocks before it have been asked for
    std::vector<ParityPrefetch::Job> adopted_;
};

}  // namespace mcast::session
