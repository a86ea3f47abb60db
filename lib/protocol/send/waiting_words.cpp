// SPDX-License-Identifier: MIT
#include "protocol/send/waiting_words.hpp"

#include <algorithm>

#include "protocol/silence_words.hpp"

namespace mcast::protocol {
namespace {

constexpr std::size_t kMostNamed = 3;

std::string gathering_text(const Membership& group) {
    const auto wanted = group.wanted();
    const auto joined = group.count(State::in_progress);
    const auto names = group.missing(true);
    if (wanted == 1 && names.empty()) return "waiting for the first receiver";
    const auto more = std::max<std::size_t>(wanted > joined ? wanted - joined : 0, names.size());
    const auto text =
        "waiting for " + std::to_string(more) + " more of " + std::to_string(wanted) + " receivers";
    return names.empty() ? text : text + ": " + some_of(names);
}

// "lab-01, silent for 12 s of 30 s".
std::string silent_text(const SenderParts& parts) {
    std::string names;
    std::size_t count = 0;
    Duration longest{};
    for (const Peer& p : parts.group.all()) {
        if (!p.in_progress() || !parts.presence.silent(p)) continue;
        longest = std::max(longest, parts.presence.now() - p.heard);
        if (++count <= kMostNamed) names += (names.empty() ? "" : ", ") + p.name();
    }
    if (count > kMostNamed) names += " and " + std::to_string(count - kMostNamed) + " more";
    return names + ", " + silence_text(longest, parts.config.progress_limit);
}

// All new data has been sent.
std::string ending_text(const SenderParts& parts) {
    const Membership& group = parts.group;
    const auto left = group.count(State::in_progress);
    const bool all_silent = left > 0 && std::ranges::all_of(group.all(), [&](const Peer& p) {
                                return !p.in_progress() || !p.counted || parts.presence.silent(p);
                            });
    if (all_silent) return "waiting for " + silent_text(parts);
    const bool verify = group.attached_have(parts.config.object.size);
    return "waiting for " + std::to_string(left) + (left == 1 ? " receiver " : " receivers ") +
           (verify ? "to verify" : "to get what is missing");
}

// New data waits for it.
std::string holding_text(const SenderParts& parts, const Peer& peer) {
    if (!parts.presence.silent(peer))
        return "waiting for " + peer.name() + " to write out what it has";
    return "waiting for " + peer.name() + ", " +
           silence_text(parts.presence.now() - peer.heard, parts.config.progress_limit) +
           ": its output is written in order";
}

}  // namespace

std::string waiting_text(const SenderParts& parts) {
    if (parts.stage.gathering()) return gathering_text(parts.group);
    if (parts.stage.sending() && parts.object.first_pass_done()) return ending_text(parts);
    if (const Peer* peer = parts.hold.holder()) return holding_text(parts, *peer);
    return {};
}

}  // namespace mcast::protocol
