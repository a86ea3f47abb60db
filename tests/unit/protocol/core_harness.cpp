// SPDX-License-Identifier: MIT
#include "core_harness.hpp"

#include <algorithm>

#include "support/catch.hpp"

namespace mcast::protocol::test {
namespace {

constexpr int kMostPolls = 100'000;  // more in one go is "for ever"
constexpr int kMostIdleWakes = 3;    // at one instant

}  // namespace

std::vector<wire::RepairRequest> Sent::requests() const {
    std::vector<wire::RepairRequest> found;
    for (const auto& nack : all<wire::Nack>()) {
        const auto more = parse_requests(nack.requests);
        found.insert(found.end(), more.begin(), more.end());
    }
    return found;
}

std::vector<wire::ReceiverState> Sent::states_of(NodeId node) const {
    std::vector<wire::ReceiverState> found;
    for (const auto& states : all_private<wire::ReceiverStates>())
        if (std::ranges::find(states.entries, node, &wire::ReceiverEntry::node) !=
            states.entries.end())
            found.push_back(states.state);
    return found;
}

template <typename Core>
void Driven<Core>::step(Time until, int& stuck) {
    const Time next = core_->next_timeout();
    stuck = next <= now ? stuck + 1 : 0;
    if (stuck > kMostIdleWakes) FAIL("the driver would spin: a deadline stays in the past");
    now = std::max(now, std::min(next, until));
    core_->handle_timeout(now);
    settle();
}

template <typename Core>
void Driven<Core>::pass(Duration span) {
    const Time stop = now + span;
    int stuck = 0;
    settle();
    while (core_->next_timeout() <= stop) step(stop, stuck);
    now = stop;
}

template <typename Core>
void Driven<Core>::pass_until(const std::function<bool()>& condition, Duration limit) {
    const Time stop = now + limit;
    int stuck = 0;
    settle();
    while (!condition()) {
        if (core_->next_timeout() > stop) FAIL("it did not come to that in time");
        step(stop, stuck);
    }
}

template class Driven<Sender>;
template class Driven<Receiver>;

// ---- sender

SenderConfig sender_config(std::uint32_t blocks) {
    SenderConfig config;
    config.node = kSenderNode;
    config.instance = kInstance;
    config.transfer = kTransfer;
    config.object = ten_by_ten(blocks);
    config.digest = {1, 16, 10'000};
    config.name = "file";
    config.host = "sender";
    config.rate = DataRate::bits_per_second(100e6);
    config.plain = true;
    return config;
}

SenderTalk::SenderTalk(SenderConfig config)
    : Driven(std::make_unique<Sender>(config, kBegin, Rng(1))) {
    const Buffer digest(config.digest.width, 0);
    const ByteCount known = config.object.open() ? 0 : config.object.size;
    for (std::uint32_t c = 0; c < config.digest.chunk_count(known); ++c)
        core_->add_digest(c, digest);
    if (!config.object.open()) core_->set_root(kRoot);
    settle();
}

void SenderTalk::hear(const Buffer& datagram) {
    core_->handle(now, datagram, from);
    settle();
}

void SenderTalk::settle() {
    while (auto event = core_->poll_event()) events.push_back(std::move(*event));
    int polls = 0;
    while (core_->poll_transmit(now, transmit_)) {
        if (++polls > kMostPolls) FAIL("the sender transmits for ever");
        if (transmit_.kind() == Transmit::Kind::control) sent.add(transmit_.control());
        for (std::size_t i = 0; i < transmit_.count(); ++i) {
            Buffer datagram(transmit_.header(i).begin(), transmit_.header(i).end());
            datagram.resize(datagram.size() + transmit_.symbol(i).size);
            const auto parsed = wire::parse_data(datagram);
            REQUIRE(parsed);
            data.push_back(
                {parsed->id.block, parsed->id.symbol, (parsed->flags & wire::kFlagRepair) != 0});
        }
    }
    while (auto event = core_->poll_event()) events.push_back(std::move(*event));
}

std::size_t SenderTalk::count(SenderEvent::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(events, kind, &SenderEvent::kind));
}

std::string SenderTalk::result() const {
    if (count(SenderEvent::Kind::ended) == 0) return "running";
    REQUIRE(events.back().kind == SenderEvent::Kind::ended);
    return error() ? std::string(error()->name()) : "success";
}

void send_all(SenderTalk& talk) {
    talk.pass_until([&] { return talk.core().first_pass_done(); }, std::chrono::seconds(100));
}

// ---- receiver

ReceiverConfig ReceiverTalk::receiver_config() {
    ReceiverConfig config;
    config.node = kReceiverNode;
    config.challenge = kChallenge;
    config.plain = true;
    config.host = "lab";
    return config;
}

ReceiverTalk::ReceiverTalk(ReceiverConfig config)
    : Driven(std::make_unique<Receiver>(std::move(config), kBegin, Rng(1))) {}

Placement ReceiverTalk::hear(const Buffer& datagram) {
    const Handled handled = core_->handle(now, datagram, from);
    heard_sender = handled.from_sender;
    settle();
    return handled.placement;
}

void ReceiverTalk::drain() {
    ReceiverAction action;
    while (core_->poll_action(action)) {
        if (const auto* order = std::get_if<Order>(&action)) {
            orders.push_back(*order);
            if (obeys) obey(*order);
            continue;
        }
        const auto& event = std::get<ReceiverEvent>(action);
        events.push_back(event);
        if (event.kind == ReceiverEvent::Kind::unanswered) core_->listen(now);
        if (accepts && event.kind == ReceiverEvent::Kind::offered) core_->accept(now, window);
    }
}

void ReceiverTalk::settle() {
    drain();
    int polls = 0;
    while (core_->poll_transmit(now, transmit_)) {
        if (++polls > kMostPolls) FAIL("the receiver transmits for ever");
        sent.add(transmit_.control());
    }
    drain();
}

void ReceiverTalk::obey(const Order& order) {
    switch (order.kind) {
        case Order::Kind::decode:
        case Order::Kind::forget:
        case Order::Kind::zeros:
        case Order::Kind::end:
            break;
        case Order::Kind::verify:
            core_->verdict(now, order.chunk, true);
            break;
        case Order::Kind::release:
            core_->released(order.offset);
            break;
        case Order::Kind::finish:
            core_->finished(now, core_->offer().plain ? Bytes() : Bytes(kRoot));
            break;
    }
}

std::size_t ReceiverTalk::count(ReceiverEvent::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(events, kind, &ReceiverEvent::kind));
}
std::size_t ReceiverTalk::count(Order::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(orders, kind, &Order::kind));
}

std::string ReceiverTalk::result() const {
    if (count(ReceiverEvent::Kind::ended) == 0) return "running";
    REQUIRE(events.back().kind == ReceiverEvent::Kind::ended);
    return events.back().error ? std::string(events.back().error->name()) : "success";
}

void join(ReceiverTalk& receiver, FakeSender& sender) {
    receiver.hear(sender.offer());
    receiver.pass(std::chrono::milliseconds(1));
    receiver.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::joined));
    receiver.hear(sender.offer(wire::kOfferStarted));
}

}  // namespace mcast::protocol::test
