// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "protocol/object/digest_table.hpp"
#include "protocol/object/range_set.hpp"
#include "protocol/send/sender_config.hpp"
#include "protocol/send/zero_blocks.hpp"
#include "protocol/transmit.hpp"
#include "wire/norm/message.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {

/// The private messages of a sender (docs/protocol.md): confirmations and digests that wait to be
/// sent, and the building of each message. It has no timers: the sender says when.
class SenderMessages {
  public:
    explicit SenderMessages(const SenderConfig& config)
        : config_(config), digests_(config.digest, config.object.size) {}

    /// Header fields that change: given for each message.
    struct Stamp {
        wire::Source source;
        wire::SenderFields fields;
    };

    std::size_t offer(MutableBytes out, const Stamp& stamp, bool started, bool draining,
                      std::uint32_t receivers, Duration report_interval) const;
    std::size_t info(MutableBytes out, const Stamp& stamp) const;
    std::size_t end(MutableBytes out, const Stamp& stamp,
                    const std::optional<SessionError>& error) const;

    /// The digest of the whole; told with all that ends well.
    void set_root(Bytes root) { root_.assign(root.begin(), root.end()); }
    [[nodiscard]] Bytes root() const { return root_; }

    /// The receiver is to be told that state so many times, in one packet with others of the same
    /// state.
    void confirm(wire::ReceiverEntry receiver, wire::ReceiverState state, std::uint16_t error,
                 int times = 1);
    [[nodiscard]] bool states_waiting() const { return !states_.empty(); }
    /// A full packet of confirmations waits.
    [[nodiscard]] bool states_full() const;
    /// Queues the confirmations that have been sent once and are to be sent again.
    void repeat_states();
    [[nodiscard]] bool repeats_waiting() const { return !again_.empty(); }
    /// Writes as many confirmations of one state as a packet holds.
    std::size_t receiver_states(MutableBytes out, const Stamp& stamp);

    /// The digest is known from now on, and to be sent.
    void add_digest(std::uint32_t chunk, Bytes digest);
    /// These digests are to be sent. Returns how many of them were not waiting yet.
    std::uint32_t request_digests(std::uint32_t first, std::uint32_t end);
    /// The same for all chunks from that offset on whose digests are known.
    void request_digests_from(ByteCount offset);
    [[nodiscard]] bool digests_waiting() const { return !digests_due_.empty(); }
    /// The end of a stream has become known.
    void end_at(ByteCount size) { digests_.end_at(config_.digest.chunk_count(size)); }
    /// The digests of all content below are known.
    [[nodiscard]] ByteCount digested() const {
        const RangeSet& missing = digests_.missing();
        return missing.empty() ? config_.object.size
                               : ByteCount{missing.front()} * config_.digest.chunk_size;
    }
    [[nodiscard]] bool digests_complete() const { return digests_.complete(); }
    /// A full packet of them waits.
    [[nodiscard]] bool digests_full() const;
    std::size_t digests(MutableBytes out, const Stamp& stamp);
    /// As many of them as a packet holds.
    std::size_t zeros(MutableBytes out, const Stamp& stamp, ZeroBlocks& blocks) const;

  private:
    std::size_t application(MutableBytes out, const Stamp& stamp, Bytes payload) const;
    [[nodiscard]] std::uint32_t digests_a_packet() const;
    [[nodiscard]] std::size_t receivers_a_packet() const;
    [[nodiscard]] std::size_t room() const;

    const SenderConfig& config_;
    DigestTable digests_;
    std::vector<std::uint8_t> root_;
    RangeSet digests_due_;
    using Told = std::pair<wire::ReceiverState, std::uint16_t>;  // the error is the second
    struct Confirmation {
        Told told;
        int times = 0;        // it is still to be told
        bool queued = false;  // in states_, under what is told; else in again_
    };
    // The keys are strangers' choice: a hash could be made to collide.
    std::map<wire::ReceiverEntry, Confirmation> confirmations_;
    std::map<Told, std::deque<wire::ReceiverEntry>> states_;  // no empty queues
    std::vector<wire::ReceiverEntry> again_;                  // those that were told once
};

}  // namespace mcast::protocol
