// SPDX-License-Identifier: MIT
#include "crypto/opener.hpp"

#include <algorithm>

namespace mcast::crypto {
namespace {

// A run of one thread overtakes a run of the other, and paths can differ by milliseconds: at ten
// million packets a second this is 6 ms.
constexpr std::size_t kSenderWindow = 65536;
constexpr std::size_t kReceiverWindow = 1024;
constexpr std::size_t kSenders = 64;
// More than a sender has room for, since some of them have just gone.
constexpr std::size_t kReceivers = 32768;

}  // namespace

bool DerivationBudget::spend(Time now) {
    left_ =
        std::min(kPerSecond, left_ + to_seconds(std::max(now - filled_, Duration{})) * kPerSecond);
    filled_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
}

Opener::Opener(const GroupKey& key, std::optional<std::uint64_t> session)
    : group_(key),
      session_(session),
      senders_(kSenders, kSenderWindow),
      receivers_(kReceivers, kReceiverWindow),
      aead_(Aead::Direction::open) {}

Opener Opener::of_sender(const GroupKey& key, std::uint64_t session) {
    return {key, session};
}

Opener Opener::of_receiver(const GroupKey& key) {
    return {key, std::nullopt};
}

bool Opener::concerns(const Head& head) const {
    if (head.side == Side::receiver) return session_.has_value();
    return !held_to_ || *held_to_ == head.stream.session;
}

std::optional<Bytes> Opener::open(Time now, MutableBytes packet) {
    const auto refuse = [](std::uint64_t& counter) {
        ++counter;
        return std::nullopt;
    };
    if (!is_sealed(packet)) return refuse(unopened_.plain);
    const auto head = parse_head(packet);
    if (!head || !is_available(head->suite)) return refuse(unopened_.damaged);
    if (head->key_id != group_.id()) {
        other_key_ = head->key_id;
        return refuse(head->side == Side::sender ? unopened_.other_senders
                                                 : unopened_.other_receivers);
    }
    if (head->side == Side::sender && session_ == head->stream.session) return std::nullopt;
    if (!concerns(*head)) return refuse(unopened_.other);
    PeerTable& peers = table(head->side);
    Peer* peer = peers.find(head->stream.session);
    if (peer != nullptr && !peer->window.is_new(head->counter)) return refuse(unopened_.replayed);
    if (const StreamKey* known = peer != nullptr ? peer->key_of(*head) : nullptr) {
        if (!open_known(*head, *known, packet)) return refuse(unopened_.damaged);
    } else {
        if (!budget_.spend(now)) return refuse(unopened_.damaged);
        const std::uint64_t answered = head->side == Side::receiver ? *session_ : 0;
        const StreamKey key = group_.stream_key(*head, answered);
        if (!open_known(*head, key, packet)) return refuse(unopened_.damaged);
        // Only what was authentic is remembered.
        if (peer == nullptr) peer = &peers.add(head->stream.session);
        peer->add(*head, key);
    }
    peer->window.note(head->counter);
    peer->heard = now;
    heard_ = head->stream.session;
    return packet.subspan(kHeadSize, packet.size() - kOverhead);
}

bool Opener::open_known(const Head& head, const StreamKey& key, MutableBytes packet) {
    aead_.use(key);
    return aead_.open(head.counter, packet.first(kHeadSize), packet.subspan(kHeadSize));
}

}  // namespace mcast::crypto
