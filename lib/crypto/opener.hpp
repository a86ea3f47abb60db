// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "crypto/aead.hpp"
#include "crypto/envelope.hpp"
#include "crypto/group_key.hpp"
#include "crypto/peer_table.hpp"

namespace mcast::crypto {

/// The packets that were not opened, by reason.
struct Unopened {
    std::uint64_t damaged = 0;          ///< changed on the way, forged, or no envelope we know
    std::uint64_t replayed = 0;         ///< it has come before, or is too old to tell
    std::uint64_t other_senders = 0;    ///< sealed by a sender with another secret
    std::uint64_t other_receivers = 0;  ///< the same by a receiver
    std::uint64_t other = 0;            ///< of a session or a role that does not matter here
    std::uint64_t plain = 0;            ///< not sealed at all
    friend bool operator==(const Unopened&, const Unopened&) = default;
};

/// Bounds the work for streams that nobody has heard of. It refills all the time: those who belong
/// to the session get a part of it whatever an attacker sends.
class DerivationBudget {
  public:
    [[nodiscard]] bool spend(Time now);

  private:
    double left_ = kPerSecond;
    Time filled_{};
    /// A derivation takes about 2 us.
    static constexpr double kPerSecond = 65536;
};

/// Opens what others have sealed, each packet once and in place. A packet is authentic when this
/// returns it; everything else is counted and dropped. One thread.
class Opener {
  public:
    /// The opener of a sender with that session takes what receivers answer to it, and what other
    /// senders say. The echo of its own packets is neither opened nor counted.
    [[nodiscard]] static Opener of_sender(const GroupKey& key, std::uint64_t session);
    /// The opener of a receiver takes what senders say.
    [[nodiscard]] static Opener of_receiver(const GroupKey& key);

    /// The message in `packet`, whose memory is overwritten; empty if it is not to be believed.
    [[nodiscard]] std::optional<Bytes> open(Time now, MutableBytes packet);
    /// The session of the packet that was opened last; 0: none yet.
    [[nodiscard]] std::uint64_t heard() const { return heard_; }
    /// From now on only that session of a sender is believed; none: any.
    void hold_to(std::optional<std::uint64_t> session) { held_to_ = session; }

    [[nodiscard]] const Unopened& unopened() const { return unopened_; }
    /// The key id of the last packet of another secret.
    [[nodiscard]] std::uint16_t other_key() const { return other_key_; }

  private:
    Opener(const GroupKey& key, std::optional<std::uint64_t> session);
    [[nodiscard]] bool concerns(const Head& head) const;
    [[nodiscard]] PeerTable& table(Side side) {
        return side == Side::sender ? senders_ : receivers_;
    }
    [[nodiscard]] bool open_known(const Head& head, const StreamKey& key, MutableBytes packet);

    GroupKey group_;
    std::optional<std::uint64_t> session_;  ///< of our own; none: this is a receiver
    std::optional<std::uint64_t> held_to_;
    PeerTable senders_;
    PeerTable receivers_;
    Aead aead_;
    DerivationBudget budget_;
    std::uint64_t heard_ = 0;
    Unopened unopened_;
    std::uint16_t other_key_ = 0;
};

}  // namespace mcast::crypto
