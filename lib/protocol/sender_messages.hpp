// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "protocol/digest_table.hpp"
#include "protocol/range_set.hpp"
#include "protocol/sender.hpp"
#include "wire/message.hpp"
#include "wire/private_message.hpp"

namespace mcast::protocol {

/// What the private messages of a sender say (docs/protocol.md): confirmations that wait to be
/// sent, digests that wait to be sent, and the building of each message. No timers: the sender
/// says when.
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
    std::size_t end(MutableBytes out, const Stamp& stamp, const std::optional<Error>& error) const;

    void confirm(NodeId node, wire::RollState state, std::uint16_t error);
    [[nodiscard]] bool roll_waiting() const { return !order_.empty(); }
    /// As many confirmations as a packet holds.
    std::size_t roll(MutableBytes out, const Stamp& stamp);

    /// Known from now on, and to be sent.
    void add_digest(std::uint32_t chunk, Bytes digest);
    void request_digests(std::uint32_t first, std::uint32_t end);
    [[nodiscard]] bool digests_waiting() const { return !digests_due_.empty(); }
    [[nodiscard]] bool digests_complete() const { return digests_.complete(); }
    /// A full packet of them waits.
    [[nodiscard]] bool digests_full() const;
    std::size_t digests(MutableBytes out, const Stamp& stamp);

  private:
    std::size_t application(MutableBytes out, const Stamp& stamp, Bytes payload) const;
    [[nodiscard]] std::uint32_t digests_a_packet() const;
    [[nodiscard]] std::size_t room() const;

    const SenderConfig& config_;
    DigestTable digests_;
    RangeSet digests_due_;
    std::unordered_map<std::uint32_t, wire::RollEntry> roll_;
    std::deque<std::uint32_t> order_;  // of the nodes in roll_
};

}  // namespace mcast::protocol
