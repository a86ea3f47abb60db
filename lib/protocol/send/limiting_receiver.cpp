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

// Only one that is there, and lacks something, can keep the others back.
bool can_pace(const Member* member, ByteCount size) {
    return member != nullptr && member->sets_pace() && member->limited_by != LimitedBy::gone &&
           member->bytes_done < size;
}

}  // namespace

std::optional<Pace> limiting_receiver(const SenderParts& parts) {
    const ByteCount size = parts.config.object.size;
    if (const auto holder = parts.hold.mostly();
        holder && can_pace(parts.group.find(*holder), size))
        return Pace{*holder, LimitedBy::disk, Cause::reader};
    const auto found = parts.rate.control().paced_by();
    if (!found || !can_pace(parts.group.find(found->node), size)) return std::nullopt;
    return Pace{found->node, limit_of(found->cause), found->cause};
}

}  // namespace mcast::protocol
