// SPDX-License-Identifier: MIT
// What people are told of the group: which receiver is in trouble, and which ones are missing.
#include <algorithm>

#include "protocol/send/sender_impl.hpp"

namespace mcast::protocol {
namespace {

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

// Only one that is there, and lacks something, can keep the others back.
bool Sender::Impl::can_pace(const Peer* peer) const {
    return peer != nullptr && peer->sets_pace() && peer->limited_by != LimitedBy::gone &&
           peer->bytes_done < config.object.size;
}

std::optional<Pace> Sender::Impl::pace() const {
    if (const auto holder = hold.mostly(); holder && can_pace(group.find(*holder)))
        return Pace{*holder, LimitedBy::disk, Cause::reader};
    const auto found = rate.control().paced_by();
    if (!found || !can_pace(group.find(found->node))) return std::nullopt;
    return Pace{found->node, limit_of(found->cause), found->cause};
}

std::vector<std::string> Sender::Impl::missing() const {
    return group.missing(stage.gathering());
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
