// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <sys/uio.h>

#include "base/result.hpp"
#include "fec/block_codec.hpp"
#include "protocol/object/object_params.hpp"
#include "session/receive/parity_store.hpp"
#include "session/receive/receive_job.hpp"
#include "session/receive/work_result.hpp"
#include "storage/chunk_hasher.hpp"
#include "storage/digest.hpp"
#include "storage/sink.hpp"

namespace mcast::session {

/// The content of one object on its way into a sink: writes what was placed, decodes what is
/// missing, verifies chunks against their digests, gives the file its name. Owns the sink,
/// which abandons what was not finished. One thread, but for interrupt(); with a sink in memory a
/// second one may do the orders that wait.
class ContentStore {
  public:
    /// Both as protocol::validate() passes them.
    ContentStore(std::unique_ptr<storage::Sink> sink, const protocol::ObjectParams& object,
                 const protocol::DigestParams& digest);
    ContentStore(const ContentStore&) = delete;
    ContentStore& operator=(const ContentStore&) = delete;

    /// What the core may place content in; see Receiver::accept.
    [[nodiscard]] std::optional<ByteCount> window() const;

    /// Only orders that wait can take long.
    /// After it was finished: the content was not what it should have been.
    std::optional<std::string> take_back() { return sink_->take_back(); }
    [[nodiscard]] bool in_memory() const { return sink_->in_memory(); }
    [[nodiscard]] static bool waits(const protocol::Order& order) {
        return order.kind == protocol::Order::Kind::release ||
               order.kind == protocol::Order::Kind::finish;
    }
    /// Does an order that waits; with a sink in memory, on any one thread.
    [[nodiscard]] Result<void> conclude(const protocol::Order& order,
                                        std::vector<WorkResult>& results);
    /// Content below is not repaired any more.
    void settled(ByteCount offset) { forget_parity(0, releasable(offset)); }

    /// From any thread: an ordered output stops waiting for its reader.
    void interrupt() { sink_->interrupt(); }
    /// Any thread.
    [[nodiscard]] ByteCount left_to_sync() const { return sink_->left_to_sync(); }

    /// Nothing more is written. Where what was received is left, if anything was.
    std::optional<std::string> abandon() { return sink_->abandon(); }

    /// Does all of `job`, in order; appends what came of it. Errors of the sink; `internal` when an
    /// order does not fit what is held.
    [[nodiscard]] Result<void> perform(const ReceiveJob& job, std::vector<WorkResult>& results);

  private:
    [[nodiscard]] Result<void> place(const ReceiveJob& job, const ReceiveJob::Piece& piece);
    [[nodiscard]] Result<void> append(ByteCount offset, Bytes content);
    [[nodiscard]] Result<void> append_unverified(ByteCount offset, Bytes content);
    [[nodiscard]] Result<void> extend_run(ByteCount offset, Bytes content);
    [[nodiscard]] Result<void> flush();
    [[nodiscard]] Result<void> obey(const protocol::Order& order, std::vector<WorkResult>& results);
    [[nodiscard]] Result<void> decode(const protocol::Order& order);
    [[nodiscard]] Result<void> load_block(std::uint32_t block);
    [[nodiscard]] Result<void> gather_symbols(const protocol::Order& order);
    [[nodiscard]] Result<const std::uint8_t*> symbol_at(std::uint32_t block, std::uint16_t symbol);
    [[nodiscard]] MutableBytes room_for(std::uint16_t symbol);
    [[nodiscard]] Result<bool> verify(std::uint32_t chunk, Bytes digest);
    [[nodiscard]] Result<void> hash_rest(std::uint32_t chunk, ByteCount end);
    [[nodiscard]] Result<Finished> finish();
    [[nodiscard]] ByteCount releasable(ByteCount offset) const;
    void forget_parity(ByteCount begin, ByteCount end);
    [[nodiscard]] std::uint32_t first_block_from(ByteCount offset) const;

    std::unique_ptr<storage::Sink> sink_;
    protocol::ObjectParams object_;
    protocol::DigestParams digest_;
    fec::BlockPartition partition_;
    fec::BlockCodec codec_;
    ParityStore parity_;
    std::optional<storage::ChunkHasher> hasher_;
    std::vector<storage::Digest> chunks_;  ///< without width until the chunk is verified
    bool repeats_ = false;                 ///< a chunk was bad, so blocks come again

    // Scratch, so that nothing is allocated for a packet.
    std::vector<iovec> run_;  ///< content that lies side by side in the object
    ByteCount run_begin_ = 0;
    ByteCount run_end_ = 0;
    std::vector<std::uint8_t> block_;  ///< symbols that are decoded, or not to be had in place
    std::vector<fec::Received> received_;
    std::vector<std::uint8_t*> decoded_;
    std::vector<std::uint8_t> piece_;
};

}  // namespace mcast::session
