// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <sys/uio.h>

#include "base/result.hpp"
#include "fec/block_codec.hpp"
#include "protocol/object/object_params.hpp"
#include "session/receive/parity_buffer.hpp"
#include "session/receive/receive_job.hpp"
#include "session/receive/store_outcome.hpp"
#include "storage/chunk_hasher.hpp"
#include "storage/digest.hpp"
#include "storage/sink.hpp"

namespace mcast::session {

/// Brings the content of one object into a sink: writes content that was placed, decodes what is
/// missing, verifies chunks against their digests. It leaves to the OutputWriter everything that
/// may wait for a disk or a reader. One thread at a time, the one that owns it.
class ContentStore {
  public:
    /// `sink` outlives this. `object` and `digest` have passed protocol::validate().
    ContentStore(storage::Sink& sink, const protocol::ObjectParams& object,
                 const protocol::DigestParams& digest);
    ContentStore(const ContentStore&) = delete;
    ContentStore& operator=(const ContentStore&) = delete;

    /// The window for Receiver::accept(); empty if content may come in any order.
    [[nodiscard]] std::optional<ByteCount> window() const;

    /// Does everything in `job`, in order, and appends to `outcome`. Errors: those of the sink, and
    /// `internal` if an order does not fit the content that is held.
    [[nodiscard]] Result<void> perform(const ReceiveJob& job, StoreOutcome& outcome);

  private:
    [[nodiscard]] Result<void> place(const ReceiveJob& job, const ReceiveJob::Piece& piece);
    [[nodiscard]] Result<void> append(ByteCount offset, Bytes content);
    [[nodiscard]] Result<void> append_unverified(ByteCount offset, Bytes content);
    [[nodiscard]] Result<void> extend_run(ByteCount offset, Bytes content);
    [[nodiscard]] Result<void> flush();
    [[nodiscard]] Result<void> obey(const protocol::Order& order, StoreOutcome& outcome);
    [[nodiscard]] Result<void> end_at(ByteCount size);
    [[nodiscard]] Result<void> put_zeros(ByteCount begin, ByteCount end);
    [[nodiscard]] Result<void> put_zero_run(ByteCount begin, ByteCount end);
    [[nodiscard]] bool verified(std::uint64_t chunk) const {
        return chunk < chunks_.size() && chunks_[chunk].width != 0;
    }
    [[nodiscard]] Result<void> decode(const protocol::Order& order);
    [[nodiscard]] Result<void> load_block(std::uint32_t block);
    [[nodiscard]] Result<void> gather_symbols(const protocol::Order& order);
    [[nodiscard]] Result<const std::uint8_t*> symbol_at(std::uint32_t block, std::uint16_t symbol);
    [[nodiscard]] MutableBytes room_for(std::uint16_t symbol);
    [[nodiscard]] Result<bool> verify(std::uint32_t chunk, Bytes digest);
    [[nodiscard]] Result<void> hash_rest(std::uint32_t chunk, ByteCount end);
    [[nodiscard]] Finish finish() const;
    [[nodiscard]] ByteCount releasable(ByteCount offset) const;
    void forget_parity(ByteCount begin, ByteCount end);
    [[nodiscard]] std::uint32_t first_block_from(ByteCount offset) const;

    storage::Sink& sink_;
    protocol::ObjectParams object_;
    protocol::DigestParams digest_;
    fec::BlockPartition partition_;
    fec::BlockCodec codec_;
    ParityBuffer parity_;
    std::optional<storage::ChunkHasher> hasher_;
    /// By chunk, up to the last that is verified; width 0: this one is not.
    std::vector<storage::Digest> chunks_;
    bool repeats_ = false;  ///< a chunk was bad: its blocks come again

    // Scratch memory, so that a packet needs no allocation.
    std::vector<iovec> run_;  ///< content that lies side by side in the object
    ByteCount run_begin_ = 0;
    ByteCount run_end_ = 0;
    std::vector<std::uint8_t> block_;  ///< symbols that are decoded, or that are not in place
    std::vector<fec::Received> received_;
    std::vector<std::uint8_t*> decoded_;
    std::vector<std::uint8_t> piece_;
};

}  // namespace mcast::session
