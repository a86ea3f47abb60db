// SPDX-License-Identifier: MIT
#include "protocol/send/sender.hpp"

#include <utility>

#include "protocol/core_trace.hpp"
#include "protocol/send/sender_impl.hpp"

namespace mcast::protocol {

Sender::Sender(SenderConfig config, Time now, Rng rng)
    : impl_(std::make_unique<Impl>(std::move(config), now, rng)) {}
Sender::~Sender() = default;
Sender::Sender(Sender&&) noexcept = default;

void Sender::handle(Time now, Bytes datagram, const Origin& from) {
    const trace::Trace trace = impl_->config.trace;
    if (!trace) return impl_->handle(now, datagram, from);
    const Stats before = impl_->stats;
    impl_->handle(now, datagram, from);
    CoreTrace(trace).handled(now, datagram, before, impl_->stats);
}
void Sender::handle_timeout(Time now) {
    impl_->handle_timeout(now);
}
Time Sender::next_timeout() const {
    return impl_->next_timeout();
}
bool Sender::poll_transmit(Time now, Transmit& out) {
    const bool any = impl_->poll_transmit(now, out);
    if (const trace::Trace trace = impl_->config.trace; any && trace)
        CoreTrace(trace).sent(now, out);
    return any;
}
std::optional<SenderEvent> Sender::poll_event() {
    return impl_->poll_event();
}
void Sender::add_digest(std::uint32_t chunk, Bytes digest) {
    impl_->messages.add_digest(chunk, digest);
}
void Sender::set_root(Bytes root) {
    impl_->messages.set_root(root);
}
std::optional<ErrorCode> Sender::begin(Time now) {
    return impl_->begin(now);
}
void Sender::drain() {
    impl_->stage.drain();
}
void Sender::set_rate(Time, std::optional<DataRate> rate) {
    impl_->rate.ask(rate);
}
bool Sender::detach(Time now, NodeId node) {
    return impl_->detach(now, node);
}
void Sender::fail(Time now, Error error) {
    impl_->finish(now, std::move(error));
}
void Sender::link_busy(Time now, ByteCount held) {
    impl_->rate.control().on_link_busy(now, held);
}
const std::vector<Peer>& Sender::receivers() const {
    return impl_->group.all();
}
const Peer* Sender::receiver(NodeId node) const {
    return impl_->group.find(node);
}
bool Sender::started() const {
    return impl_->stage.started().has_value();
}
bool Sender::ended() const {
    return impl_->stage.ended();
}
bool Sender::first_pass_done() const {
    return impl_->object.first_pass_done();
}
ByteCount Sender::position() const {
    return impl_->object.position();
}
DataRate Sender::rate() const {
    return impl_->rate.rate();
}
rate::ModeState Sender::rate_mode() const {
    return impl_->rate.control().mode();
}
Duration Sender::grtt() const {
    return impl_->grtt.value();
}
std::optional<Pace> Sender::pace() const {
    return impl_->pace();
}
std::vector<std::string> Sender::missing() const {
    return impl_->missing();
}
std::string Sender::absent() const {
    return some_of(impl_->group.absent());
}
const Stats& Sender::stats() const {
    return impl_->stats;
}
const SenderConfig& Sender::config() const {
    return impl_->config;
}
std::string Sender::waiting_for() const {
    return impl_->waiting_for();
}

}  // namespace mcast::protocol
