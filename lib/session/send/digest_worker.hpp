// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "session/send/position_signal.hpp"
#include "session/send/source_hash.hpp"
#include "session/send/source_pages.hpp"
#include "session/send/zero_runs.hpp"
#include "storage/digest.hpp"
#include "storage/source.hpp"

namespace mcast::session {

/// The calls by which the digest worker reports, on its own thread.
struct DigestListener {
    std::function<void(std::uint32_t chunk, const storage::Digest&)> digest;
    std::function<void(const storage::Digest& root)> all_done;  ///< after the last chunk
    std::function<void(Error)> changed;  ///< the source has changed; nothing follows
    std::function<void()> checked;       ///< answers check_now(): nothing has changed
    /// Content was looked at for zeros; null: it need not be. Comes before its digest.
    std::function<void(const Scanned&)> scanned = {};
};

/// The sender's thread for its source. It hashes the chunks in order, up to `ahead` before the
/// sender's position. By that it reads ahead as well: pages are in memory before the loop sends
/// from them. Holes are not read. Pages that both are done with leave the process. Every 100 ms it
/// checks whether the source was touched. `source` outlives it. The destructor waits for a page
/// that is being read, for ever if the disk hangs.
///
/// When the source was touched, chunks that were hashed before are read again and compared: at once
/// those that are being sent and repaired, the others as time permits.
class DigestWorker {
  public:
    /// How far it is ahead of the sender of a file.
    static constexpr ByteCount kAhead = 16U << 20;

    /// `ahead`: kAhead, or 0 for a stream, whose position is that of its content.
    DigestWorker(storage::Source& source, DigestAlgorithm algorithm, ByteCount chunk_size,
                 DigestListener listener, ByteCount ahead = kAhead);
    ~DigestWorker() = default;
    DigestWorker(const DigestWorker&) = delete;
    DigestWorker& operator=(const DigestWorker&) = delete;

    /// Loop: the sender has sent new content up to here. Never waits.
    void set_position(ByteCount position) { position_.set(position); }
    /// Loop: look at the source now; answered by `checked` or `changed`.
    void check_now() { position_.ask(); }

  private:
    enum class Go : bool { stop, on };

    void run(const std::stop_token& stop);
    [[nodiscard]] Go hash_chunk(std::uint32_t chunk);
    [[nodiscard]] ByteCount piece_at(ByteCount begin, ByteCount at) const;
    [[nodiscard]] ByteCount hole_at(ByteCount at, ByteCount end);
    void take_hole(ByteCount at);
    void hash_hole(ByteCount at, ByteCount length);
    void hash_piece(ByteCount at, ByteCount length);
    [[nodiscard]] Go wait_for_position(ByteCount position);
    [[nodiscard]] Go check_if_due();
    [[nodiscard]] bool take_stamp();
    [[nodiscard]] Go compare_recent();
    [[nodiscard]] Go compare_one();
    void answer();
    void drop_behind(ByteCount hashed);

    storage::Source& source_;
    const DigestAlgorithm algorithm_;
    const ByteCount chunk_size_;
    const ByteCount ahead_;
    const DigestListener listener_;

    PositionSignal position_;

    // The worker's thread only.
    std::stop_token stop_;
    SourcePages pages_;
    SourceHash hash_;
    ZeroRuns zeros_;
    ByteCount hole_end_ = 0;  ///< content from the place at hand up to there is a hole
    SourceHash second_hash_;  ///< of chunks that are read again
    std::vector<storage::Digest> digests_;
    std::optional<storage::Source::Stamp> stamp_;
    std::size_t to_compare_ = 0;  ///< the first chunks, so many, are to be read again
    bool begin_anew_ = false;     ///< with the chunk at hand
    bool answer_due_ = false;     ///< to check_now()
    Time checked_{};

    std::jthread thread_;  ///< last: it stops before the rest goes
};

}  // namespace mcast::session
