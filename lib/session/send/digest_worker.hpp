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
#include "storage/digest.hpp"
#include "storage/source.hpp"

namespace mcast::session {

/// What the digest worker tells, on its own thread.
struct DigestListener {
    std::function<void(std::uint32_t chunk, const storage::Digest&)> digest;
    std::function<void(const storage::Digest& root)> all_done;  ///< after the last chunk
    std::function<void(Error)> changed;  ///< the source is not what it was; nothing follows
    std::function<void()> checked;       ///< answers check_now(): it still is, all of it
};

/// The sender's thread for its source. It hashes the chunks in order, a bounded way ahead of the
/// sender's position, and is the read-ahead as well: pages are in memory before the loop sends
/// from them, and leave the process behind the slower of both. Every 100 ms it looks whether the
/// source is still what it was. `source` outlives it; the destructor lets a page that is being read
/// come in: a disk that hangs for ever keeps it.
///
/// When the source was touched, what was hashed before is read again and compared: at once where it
/// is being sent and repaired, the rest as there is time.
class DigestWorker {
  public:
    /// How far it runs ahead of the sender.
    static constexpr ByteCount kAhead = 16U << 20;

    DigestWorker(storage::Source& source, DigestAlgorithm algorithm, ByteCount chunk_size,
                 DigestListener listener);
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
    const DigestListener listener_;

    PositionSignal position_;

    // The worker's thread only.
    std::stop_token stop_;
    SourcePages pages_;
    SourceHash hash_;
    SourceHash second_hash_;  ///< of what is read again
    std::vector<storage::Digest> digests_;
    std::optional<storage::Source::Stamp> stamp_;
    std::size_t to_compare_ = 0;  ///< so many of the first chunks have to be read again
    bool begin_anew_ = false;     ///< with the chunk at hand
    bool answer_due_ = false;     ///< to check_now()
    Time checked_{};

    std::jthread thread_;  ///< last: it stops before the rest goes
};

}  // namespace mcast::session
