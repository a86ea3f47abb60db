// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core_harness.hpp"
#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol::test {

/// The parts of a sender without what moves them: a test sets the scene, calls one part, and looks
/// at the others.
struct WithParts {
    explicit WithParts(std::uint32_t receivers, SenderConfig config = sender_config())
        : parts(std::move(config), kBegin, Rng(1)) {
        for (std::uint32_t i = 1; i <= receivers; ++i) {
            Member& member = parts.group.add(NodeId{i}, kBegin);
            member.host = "pc" + std::to_string(i);
        }
        parts.group.recount();
    }
    /// Data flows, and is watched.
    void start() {
        parts.stage.start(kBegin);
        for (const Member& member : parts.group.all()) parts.watch.attach(member.index, kBegin);
    }
    /// Sends so many blocks.
    void send(std::uint32_t blocks) {
        while (parts.object.blocks_begun() < blocks || !parts.object.held_at(0)) {
            const auto symbol = parts.object.peek_new();
            if (!symbol) break;
            parts.object.pop_new(now, *symbol);
        }
    }
    /// All digests, and that of the whole.
    void digest_all() {
        const DigestParams& digest = parts.config.digest;
        const Buffer bytes(digest.width, 0);
        for (std::uint32_t c = 0; c < digest.chunk_count(parts.config.object.size); ++c)
            parts.messages.add_digest(c, bytes);
        parts.messages.set_root(kRoot);
    }
    Member& member(std::uint32_t node) { return *parts.group.find(NodeId{node}); }
    /// The events that came up since the last call, of that receiver.
    std::vector<SenderEvent::Kind> events_of(std::uint32_t node) {
        std::vector<SenderEvent::Kind> kinds;
        while (const auto event = parts.notices.poll())
            if (event->node == NodeId{node}) kinds.push_back(event->kind);
        return kinds;
    }
    /// Nothing passes until then but time.
    void at(Time time) {
        now = time;
        (void)parts.presence.wake(now, kNever);
    }

    SenderParts parts;
    Time now = kBegin;
};

using Kinds = std::vector<SenderEvent::Kind>;

}  // namespace mcast::protocol::test
