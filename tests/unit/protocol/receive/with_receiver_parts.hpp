// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <vector>

#include "core_harness.hpp"
#include "protocol/receive/receiver_input.hpp"
#include "protocol/receive/receiver_output.hpp"
#include "wire/norm/quantize.hpp"

namespace mcast::protocol::test {

/// The parts of a receiver without a sender: a test sets the scene, calls one part, and looks at
/// the others.
struct WithReceiverParts {
    using Kind = ReceiverEvent::Kind;

    explicit WithReceiverParts(ReceiverConfig config = ReceiverTalk::receiver_config())
        : parts(std::move(config), kBegin, Rng(1)) {
        (void)parts.liveness.on_call(now);
    }
    /// The offer of `sender` has come, and waits for the driver.
    void offer(bool plain = false) {
        parts.offer = {.sender = sender.node,
                       .instance = sender.instance,
                       .transfer = sender.transfer,
                       .plain = plain,
                       .object = sender.object,
                       .digest = plain ? DigestParams{} : sender.digest,
                       .name = sender.name};
        parts.chosen.set_instance(sender.instance);
        parts.chosen.choose(sender.node, {});
        parts.stage = ReceiverStage::offered;
        hear();
    }
    /// It is taken, and data flows.
    void begin(bool plain = false) {
        offer(plain);
        offers.accept(now, std::nullopt);
        content.start(now);
        parts.timers.stop(ReceiverTimer::join);
        parts.events.clear();
    }
    /// The sender is heard, with what it advertises.
    void hear() {
        (void)parts.liveness.on_heard(now);
        parts.sender.on_fields(sender.fields());
    }
    void at(Time time) {
        now = time;
        (void)parts.liveness.on_call(now);
    }
    void data(std::uint32_t block, std::uint16_t symbol) {
        const Buffer datagram = sender.data(block, symbol);
        content.on_data(now, *wire::parse_data(datagram));
    }
    void block(std::uint32_t number) {
        for (std::uint16_t symbol = 0; symbol < 10; ++symbol) data(number, symbol);
    }
    /// A message of the sender.
    Handled message(const Buffer& datagram) { return input.handle(now, datagram, {}); }
    void digests() { message(sender.digests(0, 4)); }
    void states(wire::ReceiverState state, ErrorCode error = {}) {
        message(
            sender.receiver_states(parts.config.node, state, static_cast<std::uint16_t>(error)));
    }
    [[nodiscard]] bool told(Kind kind) const {
        return std::ranges::find(parts.events, kind, &ReceiverEvent::kind) != parts.events.end();
    }
    /// The outcome: "success", or the error's name; "running" before the end.
    [[nodiscard]] std::string result() const {
        if (!told(Kind::ended)) return "running";
        const auto& error = parts.events.back().error;
        return error ? std::string(error->name()) : "success";
    }
    [[nodiscard]] std::vector<Order::Kind> orders() {
        std::vector<Order::Kind> kinds;
        for (Order order; parts.object.poll_order(order);) kinds.push_back(order.kind);
        return kinds;
    }

    FakeSender sender;
    Time now = kBegin;
    ReceiverParts parts;
    RequestSchedule requests{parts};
    ReceiverEnding ending{parts};
    ContentIntake content{parts, requests, ending};
    OfferIntake offers{parts, content};
    StatesIntake states_intake{parts, requests, ending};
    ReceiverClock clock{parts, requests, ending, offers};
    ReceiverInput input{parts, requests, offers, content, states_intake, clock};
    ReceiverOutput output{parts, requests};
};

}  // namespace mcast::protocol::test
