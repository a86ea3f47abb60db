// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "base/trace.hpp"
#include "protocol/send/member.hpp"
#include "protocol/send/sender_event.hpp"

namespace mcast::protocol {

/// Puts an event that the driver is told into the trace as well; `member`: the receiver it is
/// about.
inline void trace_event(const trace::Trace& trace, Time now, const SenderEvent& event,
                        const Member* member) {
    using Kind = SenderEvent::Kind;
    const auto changed = [&](std::string_view change, std::string_view reason = {}) {
        trace(now, trace::ReceiverChanged{event.node, change, reason});
    };
    const std::string_view error = member != nullptr && member->error ? member->error->name() : "";
    switch (event.kind) {
        case Kind::joined:
            return changed("joined");
        case Kind::rejoined:
            return changed("rejoined");
        case Kind::left_behind:
            return changed("behind");
        case Kind::returned:
            return changed("back");
        case Kind::displaced:
            return changed("displaced");
        case Kind::receiver_final:
            return changed(error.empty() ? "success" : "failure", error);
        case Kind::plain_receiver:
        case Kind::foreign_sender:
        case Kind::same_node:
        case Kind::same_name:
            return changed("foreign");
        case Kind::started:
            return trace(now, trace::StageReached{"started", {}});
        case Kind::ended:
            return trace(now, trace::StageReached{
                                  "ended", event.error ? event.error->name() : std::string_view{}});
    }
}

}  // namespace mcast::protocol
