// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/group_key.hpp"
#include "crypto/opener.hpp"
#include "crypto/sealer.hpp"

namespace mcast::net {

/// Seals and opens the packets of a session with a secret (docs/protocol.md, section 5).
/// The loop's thread; reservations can be used by another one.
class SessionSeal {
  public:
    /// Errors: those of OwnStream::draw.
    [[nodiscard]] static Result<SessionSeal> create(const crypto::GroupKey& key,
                                                    crypto::Side side) {
        auto sealer = crypto::Sealer::create(key, side);
        if (!sealer) return std::unexpected(std::move(sealer.error()));
        return SessionSeal(key, side, std::move(*sealer));
    }

    /// The right to seal so many packets.
    [[nodiscard]] crypto::Reservation reserve(Time now, std::size_t count) {
        return sealer_.reserve(now, count);
    }
    /// The message in `packet`, decrypted in place; empty if it is not to be believed.
    [[nodiscard]] std::optional<Bytes> open(Time now, MutableBytes packet) {
        return opener_.open(now, packet);
    }

    /// At a receiver: what it says answers the sender of the packet that was opened last.
    void answer_last() { sealer_.answer(opener_.heard()); }
    /// At a receiver: packets of the sender that it answers are opened, and of no other one.
    void hold() { opener_.hold_to(sealer_.answered()); }
    /// At a receiver: packets of any sender are opened again.
    void release() { opener_.hold_to(std::nullopt); }

    [[nodiscard]] const crypto::Unopened& unopened() const { return opener_.unopened(); }
    [[nodiscard]] std::uint16_t key_id() const { return key_id_; }
    /// The key id of the last packet that was sealed with another secret.
    [[nodiscard]] std::uint16_t other_key() const { return opener_.other_key(); }

  private:
    SessionSeal(const crypto::GroupKey& key, crypto::Side side, crypto::Sealer sealer)
        : key_id_(key.id()),
          opener_(side == crypto::Side::sender ? crypto::Opener::of_sender(key, sealer.session())
                                               : crypto::Opener::of_receiver(key)),
          sealer_(std::move(sealer)) {}

    std::uint16_t key_id_;
    crypto::Opener opener_;
    crypto::Sealer sealer_;
};

}  // namespace mcast::net
