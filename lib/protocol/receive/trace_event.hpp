// SPDX-License-Identifier: MIT
#pragma once

#include "base/trace.hpp"
#include "protocol/receive/receiver_event.hpp"

namespace mcast::protocol {

/// Puts an event that the driver is told into the trace as well.
inline void trace_event(const trace::Trace& trace, Time now, const ReceiverEvent& event) {
    using Kind = ReceiverEvent::Kind;
    const auto reached = [&](std::string_view stage) {
        trace(now,
              trace::StageReached{stage, event.error ? event.error->name() : std::string_view{}});
    };
    switch (event.kind) {
        case Kind::offered:
            return reached("offered");
        case Kind::joined:
            return reached("joined");
        case Kind::started:
            return reached("started");
        case Kind::unanswered:
            return reached("unanswered");
        case Kind::ended:
            return reached("ended");
        case Kind::warning:
            break;
    }
}

}  // namespace mcast::protocol
