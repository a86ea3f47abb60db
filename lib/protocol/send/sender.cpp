// SPDX-License-Identifier: MIT
#include "protocol/send/sender.hpp"

#include <algorithm>
#include <utility>

#include "protocol/core_trace.hpp"
#include "protocol/send/limiting_receiver.hpp"
#include "protocol/send/trace_event.hpp"

namespace mcast::protocol {

Sender::Sender(SenderConfig config, Time now, Rng rng)
    : parts_(std::move(config), now, rng),
      clock_(parts_, now),
      input_(parts_, clock_),
      output_(parts_) {}

void Sender::handle(Time now, Bytes datagram, const Origin& from) {
    const trace::Trace trace = parts_.config.trace;
    if (!trace) return input_.handle(now, datagram, from);
    const Stats before = parts_.stats;
    input_.handle(now, datagram, from);
    CoreTrace(trace).handled(now, datagram, before, parts_.stats);
}

void Sender::handle_timeout(Time now) {
    clock_.handle_timeout(now);
}

Time Sender::next_timeout() const {
    return std::min(parts_.timers.next(), output_.next());
}

bool Sender::poll_transmit(Time now, Transmit& out) {
    const bool any = output_.poll(now, out);
    if (const trace::Trace trace = parts_.config.trace; any && trace)
        CoreTrace(trace).sent(now, out);
    return any;
}

std::optional<SenderEvent> Sender::poll_event() {
    auto event = parts_.notices.poll();
    if (const trace::Trace trace = parts_.config.trace; event && trace)
        trace_event(trace, parts_.presence.now(), *event, parts_.group.find(event->node));
    return event;
}

void Sender::add_digest(std::uint32_t chunk, Bytes digest) {
    parts_.messages.add_digest(chunk, digest);
}

void Sender::set_root(Bytes root) {
    parts_.messages.set_root(root);
}

void Sender::extend(ByteCount available, std::span<const ByteRange> zeros) {
    ObjectSender& object = parts_.object;
    for (const ByteRange& range : zeros) object.zeros().add(object.partition(), range);
    object.extend(available);
}

void Sender::end_stream(Time now) {
    parts_.object.end();
    parts_.config.object.size = parts_.object.available();
    parts_.messages.end_at(parts_.object.available());
    // Two offers: receivers do not believe one alone.
    parts_.due.set(Due::offer);
    parts_.timers.set(SenderTimer::offer, now);
    if (parts_.object.first_pass_done()) output_.on_all_new_sent();
}

ByteCount Sender::releasable() const {
    return std::min(
        {parts_.object.position(), parts_.messages.digested(), parts_.group.least_done()});
}

void Sender::release(ByteCount offset) {
    parts_.object.release(offset);
}

std::optional<ErrorCode> Sender::begin(Time now) {
    return clock_.begin(now);
}

void Sender::drain() {
    parts_.stage.drain();
}

void Sender::set_rate(Time, std::optional<DataRate> rate) {
    parts_.rate.ask(rate);
}

bool Sender::detach(Time now, NodeId node) {
    return clock_.detach(now, node);
}

void Sender::fail(Time now, Error error) {
    clock_.finish(
        now, SessionError{
                 .code = error.code, .system = error.system, .message = std::move(error.message)});
}

void Sender::link_busy(Time now, ByteCount held) {
    parts_.rate.control().on_link_busy(now, held);
}

std::optional<Pace> Sender::pace() const {
    return limiting_receiver(parts_);
}

std::vector<std::string> Sender::missing() const {
    return parts_.group.missing(parts_.stage.gathering());
}

std::vector<std::string> Sender::absent() const {
    return parts_.group.absent();
}

SenderWait Sender::waiting_for() const {
    return sender_wait(parts_);
}

}  // namespace mcast::protocol
