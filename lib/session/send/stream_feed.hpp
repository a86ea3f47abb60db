// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/send/sender.hpp"
#include "session/loop/mailbox.hpp"
#include "session/send/digest_worker.hpp"
#include "session/send/stream_reader.hpp"
#include "storage/ring_source.hpp"

namespace mcast::session {

/// A stream on its way into a sender: the ring, and what fills it.
struct StreamContent {
    storage::RingSource* ring = nullptr;  ///< is the sender's source, never null
    StreamInput input;
};

/// Brings the content of a stream from its ring to the core, and makes room in the ring for more
/// when all receivers have it. The loop's thread. The others outlive it.
class StreamFeed {
  public:
    StreamFeed(storage::RingSource& ring, protocol::Sender& core, DigestWorker& digests)
        : ring_(ring), core_(core), digests_(digests) {}

    /// Begins to read. `failed`: the input could not be read to the end that its producer meant.
    [[nodiscard]] Result<void> start(StreamInput input, Mailbox& mailbox,
                                     std::function<void(Error)> failed) {
        auto reader = StreamReader::start(ring_, std::move(input), mailbox, std::move(failed));
        if (!reader) return std::unexpected(std::move(reader.error()));
        reader_ = std::move(*reader);
        return {};
    }

    /// At each turn, before the core sends.
    void turn(Time now) {
        if (reader_ == nullptr || ended_) return;
        reader_->want_more();
        const bool over = reader_->ended();
        extend();
        digests_.set_position(core_.available());
        if (over) return end(now);
        if (core_.available() >= released_ + ring_.capacity() - kLow) release();
    }

  private:
    // The ring is read into again as long as there is room for so much, and content stays for late
    // receivers until then.
    static constexpr ByteCount kLow = 1U << 20;

    void extend() {
        const ByteCount available = ring_.available();
        const ByteCount unit = ring_.unit();
        zeros_.clear();
        const bool told = !core_.config().plain;  // plain NORM receivers cannot be
        for (; looked_at_ + unit <= available; looked_at_ += unit)
            if (told && ring_.is_zero(looked_at_))
                zeros_.push_back({looked_at_, looked_at_ + unit});
        core_.extend(available, zeros_);
    }
    void end(Time now) {
        ended_ = true;
        core_.end_stream(now);
    }
    void release() {
        core_.release(core_.releasable());
        if (core_.released() == released_) return;
        released_ = core_.released();
        ring_.release(released_);
        reader_->made_room();
    }

    storage::RingSource& ring_;
    protocol::Sender& core_;
    DigestWorker& digests_;
    std::unique_ptr<StreamReader> reader_;
    ByteCount released_ = 0;
    ByteCount looked_at_ = 0;                 ///< for zeros, in whole blocks
    std::vector<protocol::ByteRange> zeros_;  ///< kept for its memory
    bool ended_ = false;
};

}  // namespace mcast::session
