// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver.hpp"

#include <utility>

#include "protocol/core_trace.hpp"
#include "protocol/receive/receiver_impl.hpp"
#include "protocol/receive/trace_event.hpp"

namespace mcast::protocol {

Receiver::Receiver(ReceiverConfig config, Time now, Rng rng)
    : impl_(std::make_unique<Impl>(std::move(config), now, rng)) {}
Receiver::~Receiver() = default;
Receiver::Receiver(Receiver&&) noexcept = default;

Placement Receiver::handle(Time now, Bytes datagram, const Origin& from) {
    if (impl_->config.trace) [[unlikely]]
        return handle_traced(now, datagram, from);
    return impl_->handle(now, datagram, from);
}
Placement Receiver::handle_traced(Time now, Bytes datagram, const Origin& from) {
    const Stats before = impl_->stats;
    const Placement placement = impl_->handle(now, datagram, from);
    CoreTrace(impl_->config.trace).handled(now, datagram, before, impl_->stats);
    return placement;
}
void Receiver::handle_timeout(Time now) {
    impl_->handle_timeout(now);
}
Time Receiver::next_timeout() const {
    return impl_->next_timeout();
}
bool Receiver::poll_transmit(Time now, Transmit& out) {
    const bool any = impl_->poll_transmit(now, out);
    if (const trace::Trace trace = impl_->config.trace; any && trace)
        CoreTrace(trace).sent(now, out);
    return any;
}
std::optional<ReceiverEvent> Receiver::poll_event() {
    if (impl_->events.empty()) return std::nullopt;
    ReceiverEvent event = std::move(impl_->events.front());
    impl_->events.pop_front();
    if (const trace::Trace trace = impl_->config.trace) trace_event(trace, impl_->now_, event);
    return event;
}
bool Receiver::poll_order(Order& out) {
    return impl_->object_.poll_order(out);
}
bool Receiver::heard_sender() const {
    return impl_->heard_sender;
}
NodeId Receiver::node() const {
    return impl_->config.node;
}
const OfferInfo& Receiver::offer() const {
    return impl_->offer;
}
void Receiver::accept(Time now, std::optional<ByteCount> window) {
    impl_->accept(now, window);
}
void Receiver::skip(const std::string& why) {
    impl_->skip(why);
}
void Receiver::decline(Time now, Error error) {
    impl_->decline(now, std::move(error));
}
void Receiver::listen(Time now) {
    impl_->listen(now);
}
void Receiver::rejoin(Time now) {
    impl_->rejoin(now);
}
void Receiver::released(ByteCount offset) {
    impl_->release_done(offset);
}
void Receiver::verdict(Time now, std::uint32_t chunk, bool good) {
    if (const trace::Trace trace = impl_->config.trace)
        trace(now, trace::ChunkVerified{chunk, good});
    impl_->verdict(now, chunk, good);
}
void Receiver::finished(Time now, Bytes root) {
    impl_->finished(now, root);
}
void Receiver::fail(Time now, Error error) {
    impl_->fail(now, std::move(error));
}
void Receiver::set_backlog(ByteCount bytes, ByteCount limit) {
    impl_->backlog = bytes;
    impl_->backlog_limit = limit;
}
void Receiver::set_host_drops(std::uint64_t datagrams) {
    impl_->set_host_drops(datagrams);
}
Phase Receiver::phase() const {
    switch (impl_->stage) {
        case Impl::Stage::listening:
        case Impl::Stage::offered:
        case Impl::Stage::unanswered:
            return Phase::waiting;
        case Impl::Stage::receiving:
            if (!impl_->started()) return Phase::waiting;
            return impl_->blocks().all_complete() ? Phase::verifying : Phase::transferring;
        case Impl::Stage::finishing:
        case Impl::Stage::telling:
            return Phase::finishing;
        case Impl::Stage::ended:
            break;
    }
    return Phase::ended;
}
ByteCount Receiver::bytes_done() const {
    return impl_->blocks().bytes_done();
}
DataRate Receiver::rate() const {
    return impl_->rate;
}
const Stats& Receiver::stats() const {
    return impl_->stats;
}
std::string Receiver::waiting_for() const {
    return impl_->waiting_for();
}
bool Receiver::ended() const {
    return impl_->stage == Impl::Stage::ended;
}

}  // namespace mcast::protocol
