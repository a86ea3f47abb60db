// SPDX-License-Identifier: MIT
#include "protocol/send/sender_wait.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {
namespace {

using Kind = SenderWait::Kind;

SenderWait gathering(const Membership& group) {
    const auto wanted = group.wanted();
    const auto joined = group.count(State::in_progress);
    auto names = group.missing(true);
    if (wanted == 1 && names.empty()) return {.kind = Kind::first};
    const auto more = std::max<std::size_t>(wanted > joined ? wanted - joined : 0, names.size());
    return {.kind = Kind::receivers, .count = more, .wanted = wanted, .names = std::move(names)};
}

SenderWait silent(const SenderParts& parts) {
    SenderWait wait{.kind = Kind::silent};
    for (const Member& p : parts.group.all()) {
        if (!p.in_progress() || !parts.presence.silent(p)) continue;
        wait.silence = std::max(wait.silence, parts.presence.now() - p.heard);
        wait.names.push_back(p.name());
    }
    return wait;
}

// All that are left only wait for a program to end; empty otherwise.
std::vector<std::string> with_readers(const SenderParts& parts) {
    std::vector<std::string> names;
    for (const Member& p : parts.group.all()) {
        if (!p.in_progress()) continue;
        if (!p.reader_at_work) return {};
        names.push_back(p.name());
    }
    return names;
}

// All new data has been sent.
SenderWait ending(const SenderParts& parts) {
    const auto left = parts.group.count(State::in_progress);
    const bool all_silent =
        left > 0 && std::ranges::all_of(parts.group.all(), [&](const Member& p) {
            return !p.in_progress() || !p.counted || parts.presence.silent(p);
        });
    if (all_silent) return silent(parts);
    if (auto names = with_readers(parts); !names.empty())
        return {.kind = Kind::readers, .names = std::move(names)};
    const bool verify = parts.group.attached_have(parts.config.object.size);
    return {.kind = verify ? Kind::verification : Kind::repair, .count = left};
}

SenderWait held_by(const SenderParts& parts, const Member& member) {
    SenderWait wait{.kind = Kind::output, .names = {member.name()}};
    if (parts.presence.silent(member)) wait.silence = parts.presence.now() - member.heard;
    return wait;
}

// Nothing more can be read into a buffer that is full of what somebody still needs.
SenderWait starved(const SenderParts& parts) {
    const auto slowest = std::ranges::min_element(parts.group.all(), {}, [](const Member& p) {
        return p.in_progress() && p.attached ? p.bytes_done : Member::kNoWindow;
    });
    const ByteCount room = parts.config.object.block_bytes();
    if (slowest == parts.group.all().end() ||
        parts.object.available() + room < parts.object.released() + parts.config.buffer)
        return {.kind = Kind::content};
    return {.kind = Kind::buffer, .names = {slowest->name()}};
}

}  // namespace

SenderWait sender_wait(const SenderParts& parts) {
    if (parts.stage.gathering()) return gathering(parts.group);
    if (parts.stage.sending() && parts.object.first_pass_done()) return ending(parts);
    if (const Member* member = parts.hold.holder()) return held_by(parts, *member);
    if (parts.stage.sending() && parts.object.starved()) return starved(parts);
    return {};
}

}  // namespace mcast::protocol
