// SPDX-License-Identifier: MIT
// What people are told of the group: which receiver is in trouble, and which ones are missing.
#include <algorithm>

#include "protocol/send/sender_impl.hpp"

namespace mcast::protocol {
namespace {

constexpr double kHeldStep = 0.15;  // of the share, at each check
constexpr double kHeldNamed = 0.25;
constexpr double kHeldStill = 0.1;

LimitedBy limit_of(Cause cause) {
    switch (cause) {
        case Cause::disk:
        case Cause::reader:
            return LimitedBy::disk;
        case Cause::host:
            return LimitedBy::host;
        case Cause::link:
        case Cause::loss:
            break;
    }
    return LimitedBy::network;
}

}  // namespace

std::optional<Cause> cause_of(const Peer& peer) {
    switch (peer.limited_by) {
        case LimitedBy::network:
            return peer.loss > 0.005 ? Cause::loss : Cause::link;
        case LimitedBy::host:
            return Cause::host;
        case LimitedBy::disk:
            return peer.window_end == Peer::kNoWindow ? Cause::disk : Cause::reader;
        case LimitedBy::none:
        case LimitedBy::gone:
            break;
    }
    return std::nullopt;
}

// New data waits for the room in somebody's output at one moment and does not at the next: what
// counts is how much of the time it does. Where it waits for most of them, that is nobody's fault.
void Sender::Impl::watch_holding() {
    const Peer* slowest = holding();
    if (slowest != nullptr && group.attached() > 1) {
        const auto alike = std::ranges::count_if(group.all(), [&](const Peer& p) {
            return p.sets_pace() && p.paces && p.window_end <= group.window_end() + p.window / 4;
        });
        if (2 * static_cast<std::size_t>(alike) > group.attached()) slowest = nullptr;
    }
    const bool same = slowest != nullptr && held_by_ == slowest->node;
    if (slowest != nullptr && !same && held_share_ < kHeldStill) held_by_ = slowest->node;
    const bool counts = slowest != nullptr && held_by_ == slowest->node;
    held_share_ += kHeldStep * ((counts ? 1 : 0) - held_share_);
    held_named_ = held_share_ > (held_named_ ? kHeldStill : kHeldNamed);
}

// Only one that is there, and lacks something, can keep the others back.
bool Sender::Impl::can_pace(const Peer* peer) const {
    return peer != nullptr && peer->sets_pace() && peer->limited_by != LimitedBy::gone &&
           peer->bytes_done < config.object.size;
}

std::optional<Pace> Sender::Impl::pace() const {
    if (held_named_ && can_pace(group.find(held_by_)))
        return Pace{held_by_, LimitedBy::disk, Cause::reader};
    const auto found = rate_control.paced_by();
    if (!found || !can_pace(group.find(found->node))) return std::nullopt;
    return Pace{found->node, limit_of(found->cause), found->cause};
}

std::vector<std::string> Sender::Impl::missing() const {
    return group.missing(phase == Phase::gathering);
}

std::string Sender::Impl::gathering_text() const {
    const auto wanted = group.wanted();
    const auto joined = group.count(State::in_progress);
    const auto names = missing();
    if (wanted == 1 && names.empty()) return "waiting for the first receiver";
    const auto more = std::max<std::size_t>(wanted > joined ? wanted - joined : 0, names.size());
    const auto text =
        "waiting for " + std::to_string(more) + " more of " + std::to_string(wanted) + " receivers";
    return names.empty() ? text : text + ": " + some_of(names);
}

}  // namespace mcast::protocol
