// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver.hpp"

#include "protocol/core_trace.hpp"
#include "protocol/receive/trace_event.hpp"

namespace mcast::protocol {

Handled Receiver::handle(Time now, Bytes datagram, const Origin& from) {
    if (parts_.config.trace) [[unlikely]]
        return handle_traced(now, datagram, from);
    return input_.handle(now, datagram, from);
}

Handled Receiver::handle_traced(Time now, Bytes datagram, const Origin& from) {
    const Stats before = parts_.stats;
    const Handled handled = input_.handle(now, datagram, from);
    CoreTrace(parts_.config.trace).handled(now, datagram, before, parts_.stats);
    return handled;
}

bool Receiver::poll_transmit(Time now, Transmit& out) {
    const bool any = output_.poll(now, out);
    if (const trace::Trace trace = parts_.config.trace; any && trace)
        CoreTrace(trace).sent(now, out);
    return any;
}

// Events first: an order may be of an object that an event is about.
bool Receiver::take_action(ReceiverAction& out) {
    if (parts_.events.empty()) return parts_.object.poll_order(out.emplace<Order>());
    auto& event = out.emplace<ReceiverEvent>(std::move(parts_.events.front()));
    parts_.events.pop_front();
    if (const trace::Trace trace = parts_.config.trace)
        trace_event(trace, parts_.liveness.now(), event);
    return true;
}

void Receiver::verdict(Time now, std::uint32_t chunk, bool good) {
    if (const trace::Trace trace = parts_.config.trace)
        trace(now, trace::ChunkVerified{chunk, good});
    content_.on_verdict(now, chunk, good);
}

void Receiver::finished(Time now, Bytes root) {
    if (parts_.stage == ReceiverStage::finishing) ending_.succeed(now, root);
}

Phase Receiver::phase() const {
    switch (parts_.stage) {
        case ReceiverStage::listening:
        case ReceiverStage::offered:
        case ReceiverStage::unanswered:
            return Phase::waiting;
        case ReceiverStage::receiving:
            if (!parts_.started) return Phase::waiting;
            return parts_.object.blocks().all_complete() ? Phase::verifying : Phase::transferring;
        case ReceiverStage::finishing:
        case ReceiverStage::telling:
            return Phase::finishing;
        case ReceiverStage::ended:
            break;
    }
    return Phase::ended;
}

}  // namespace mcast::protocol
