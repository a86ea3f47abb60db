// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"
#include "crypto/secret.hpp"

namespace mcast::crypto {

/// The keys that follow from a secret (docs/protocol.md, section 5). Any thread.
class GroupKey {
  public:
    explicit GroupKey(const Secret& secret);
    GroupKey(const GroupKey&) = default;
    GroupKey& operator=(const GroupKey&) = default;
    ~GroupKey() { wipe(key_); }

    /// Tells secrets apart in the clear, and says nothing else of them.
    [[nodiscard]] std::uint16_t id() const { return id_; }
    /// The key of the stream that `head` names. `answered`: of a receiver's stream, the session of
    /// the sender that it answers; 0 of a sender's.
    [[nodiscard]] StreamKey stream_key(const Head& head, std::uint64_t answered) const;

  private:
    PseudoRandomKey key_;
    std::uint16_t id_ = 0;
};

}  // namespace mcast::crypto
