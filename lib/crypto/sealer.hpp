// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include <sys/uio.h>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/aead.hpp"
#include "crypto/group_key.hpp"
#include "crypto/own_stream.hpp"

namespace mcast::crypto {

/// The right to seal so many packets, each once. Another thread can use it up.
class Reservation {
  public:
    Reservation(const Head& head, const StreamKey& key, std::uint64_t count)
        : head_(head), key_(key), left_(count) {}
    Reservation(Reservation&&) = default;
    Reservation& operator=(Reservation&&) = default;

    /// Seals the message that `pieces` make up. Writes kOverhead bytes more than they have to
    /// `out`. To be called no more often than was reserved.
    void seal(Aead& aead, std::span<const iovec> pieces, std::uint8_t* out);

  private:
    Head head_;  ///< of the next packet
    StreamKey key_;
    std::uint64_t left_;
};

/// Gives out reservations for what one process sends in one session. One thread.
class Sealer {
  public:
    /// Errors: those of OwnStream::draw.
    [[nodiscard]] static Result<Sealer> create(const GroupKey& key, Side side);

    [[nodiscard]] Reservation reserve(Time now, std::uint64_t count);
    /// A receiver answers that session of a sender from now on. Nobody else can read it, nor can it
    /// be replayed to another one.
    void answer(std::uint64_t session);
    /// 0: none yet.
    [[nodiscard]] std::uint64_t answered() const { return answered_; }
    [[nodiscard]] std::uint64_t session() const { return stream_.session(); }

  private:
    Sealer(const GroupKey& key, Side side, OwnStream stream);

    GroupKey group_;
    OwnStream stream_;
    Head head_;  ///< of the stream that key_ belongs to
    StreamKey key_;
    bool derived_ = false;
    std::uint64_t answered_ = 0;
};

}  // namespace mcast::crypto
