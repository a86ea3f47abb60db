// SPDX-License-Identifier: MIT
#include "protocol/send/member.hpp"

namespace mcast::protocol {

std::optional<Cause> cause_of(const Member& member) {
    switch (member.limited_by) {
        case LimitedBy::network:
            return member.loss > 0.005 ? Cause::loss : Cause::link;
        case LimitedBy::host:
            return Cause::host;
        case LimitedBy::disk:
            return member.window_end == Member::kNoWindow ? Cause::disk : Cause::reader;
        case LimitedBy::none:
        case LimitedBy::gone:
            break;
    }
    return std::nullopt;
}

}  // namespace mcast::protocol
