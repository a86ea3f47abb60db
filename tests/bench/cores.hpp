// SPDX-License-Identifier: MIT
#pragma once

// The two cores as the unit benchmarks drive them, with storage that costs nothing.

#include <optional>

#include <benchmark/benchmark.h>

#include "datagrams.hpp"
#include "protocol/receive/receiver.hpp"
#include "protocol/send/sender.hpp"

namespace mcast::protocol::test {

inline constexpr NodeId kReceiverNode{0x0a000001};
inline constexpr Time kBegin = Time(std::chrono::hours(1));

inline ObjectParams object_of(ByteCount size) {
    return {.id = ObjectId{7},
            .size = size,
            .segment_size = 1452,
            .block_size = 64,
            .parity = 32,
            .fec_id = wire::FecId::rs8};
}

/// That of a sender of `object` in chunks of 1 MiB, at 20 Gbit/s.
inline SenderConfig sender_of(const ObjectParams& object) {
    SenderConfig config;
    config.node = kSenderNode;
    config.instance = kInstance;
    config.transfer = kTransfer;
    config.object = object;
    config.digest = {1, 16, 1 << 20};
    config.name = "file";
    config.host = "sender";
    config.rate = DataRate::bits_per_second(20e9);
    return config;
}

/// With the digest of each chunk, and one receiver that has joined.
inline void begin(Sender& sender, ByteCount size, Time now) {
    const Buffer digest(16, 0);
    const auto chunks = static_cast<std::uint32_t>(size >> 20);
    for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) sender.add_digest(chunk, digest);
    sender.handle(now, FakeReceiver{}.join(), {});
}

/// A receiver and what its session does beside it.
class Reception {
  public:
    Reception() : receiver_(config(), kBegin, Rng(1)) {}

    void hear(const Buffer& datagram) {
        benchmark::DoNotOptimize(receiver_.handle(now, datagram, {}));
    }
    void turn() {
        if (receiver_.next_timeout() <= now) receiver_.handle_timeout(now);
        while (receiver_.poll_action(action_)) {
            if (const auto* event = std::get_if<ReceiverEvent>(&action_)) {
                if (event->kind == ReceiverEvent::Kind::offered)
                    receiver_.accept(now, std::nullopt);
            } else if (const auto& order = std::get<Order>(action_);
                       order.kind == Order::Kind::verify) {
                receiver_.verdict(now, order.chunk, true);
            }
        }
        while (receiver_.poll_transmit(now, transmit_)) {
        }
    }
    void join(FakeSender& sender) {
        hear(sender.offer());
        turn();
        now += std::chrono::milliseconds(1);
        turn();
        hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::joined));
        hear(sender.offer(wire::kOfferStarted));
        turn();
    }
    [[nodiscard]] ByteCount bytes_done() const { return receiver_.bytes_done(); }

    Time now = kBegin;

  private:
    static ReceiverConfig config() {
        ReceiverConfig config;
        config.node = kReceiverNode;
        config.challenge = kChallenge;
        config.host = "lab";
        return config;
    }

    Receiver receiver_;
    Transmit transmit_;
    ReceiverAction action_;
};

}  // namespace mcast::protocol::test
