// SPDX-License-Identifier: MIT
#include "protocol/send/limiting_receiver.hpp"

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

// A receiver can keep the others back only while it is there and lacks something.
bool can_pace(const Member& member, ByteCount size) {
    return member.sets_pace() && member.limited_by != LimitedBy::gone && member.bytes_done < size;
}

}  // namespace

std::optional<Pace> limiting_receiver(const SenderParts& parts) {
    const ByteCount size = parts.config.object.size;
    if (const auto holder = parts.hold.mostly()) {
        const Member& member = parts.group.at(*holder);
        if (can_pace(member, size)) return Pace{member.node, LimitedBy::disk, Cause::reader};
    }
    const auto found = parts.rate.control().paced_by();
    if (!found) return std::nullopt;
    const Member& member = parts.group.at(found->id.index);
    if (!can_pace(member, size)) return std::nullopt;
    return Pace{member.node, limit_of(found->cause), found->cause};
}

}  // namespace mcast::protocol
