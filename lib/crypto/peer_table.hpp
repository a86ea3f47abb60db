// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/time.hpp"
#include "crypto/aead.hpp"
#include "crypto/envelope.hpp"
#include "crypto/replay_window.hpp"

namespace mcast::crypto {

/// One session of another process, that has sealed at least one packet with our secret.
class Peer {
  public:
    explicit Peer(std::size_t window_bits) : window(window_bits) {}

    ReplayWindow window;
    Time heard{};

    /// The key of one of its latest two streams, or null. They overlap where packets overtake each
    /// other.
    [[nodiscard]] const StreamKey* key_of(const Head& head) const {
        for (const Stream& stream : streams_)
            if (stream.part == head.stream.part && stream.key.suite == head.suite && stream.known)
                return &stream.key;
        return nullptr;
    }
    void add(const Head& head, const StreamKey& key) {
        streams_[1] = streams_[0];
        streams_[0] = {head.stream.part, true, key};
    }

  private:
    struct Stream {
        std::uint64_t part = 0;
        bool known = false;
        StreamKey key;
    };
    std::array<Stream, 2> streams_;
};

/// The sessions that were heard, by their ids. At most `capacity`: a new one takes the place of the
/// one that has been silent for longest. One thread.
class PeerTable {
  public:
    PeerTable(std::size_t capacity, std::size_t window_bits)
        : capacity_(capacity), window_bits_(window_bits) {}

    [[nodiscard]] Peer* find(std::uint64_t session) {
        if (last_ != nullptr && last_session_ == session) return last_;
        const auto found = peers_.find(session);
        if (found == peers_.end()) return nullptr;
        last_session_ = session;
        return last_ = &found->second;
    }
    [[nodiscard]] Peer& add(std::uint64_t session);
    [[nodiscard]] std::size_t size() const { return peers_.size(); }

  private:
    const std::size_t capacity_;
    const std::size_t window_bits_;
    std::unordered_map<std::uint64_t, Peer> peers_;
    // Packets mostly come from the same peer as the one before.
    std::uint64_t last_session_ = 0;
    Peer* last_ = nullptr;
};

}  // namespace mcast::crypto
