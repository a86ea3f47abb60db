// SPDX-License-Identifier: MIT
#include "datagrams.hpp"
#include "fec/block_codec.hpp"
#include "operations.hpp"
#include "protocol/receive/receiver.hpp"
#include "protocol/receive/valid_offer.hpp"
#include "wire/private/private_message.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

constexpr std::uint64_t kMostBlocks = 1 << 26;
constexpr std::uint32_t kMostChunks = 1 << 17;
constexpr std::uint32_t kMostStreamChunks = 1 << 24;

// Numbers of a valid offer are such that both ends can keep account of them.
void check(const ValidOffer& valid) {
    EXPECT_ALWAYS(valid.object.segment_size > 0);
    EXPECT_ALWAYS(fec::BlockCodec::fits(valid.object.block_size, valid.object.parity));
    EXPECT_ALWAYS(valid.object.partition().block_count() <= kMostBlocks);
    EXPECT_ALWAYS(valid.digest.chunk_count(valid.object.size) <=
                  (valid.object.stream ? kMostStreamChunks : kMostChunks));
    EXPECT_ALWAYS(!valid.object.stream || valid.object.size <= valid.object.stream_limit());
}

// A receiver takes what is valid and nothing else, with any window, and goes on.
void offer_to_receiver(FakeSender& sender, Bytes payload, bool valid, std::uint8_t window) {
    Time now = fuzz::kBegin;
    ReceiverConfig config;
    config.node = NodeId{0x0a000001};
    config.challenge = kChallenge;
    config.host = "lab";
    Receiver receiver(config, now, Rng(1));
    bool offered = false;
    const auto drain = [&] {
        for (ReceiverAction action; receiver.poll_action(action);) {
            if (const auto* order = std::get_if<Order>(&action)) {
                if (order->kind == Order::Kind::finish) receiver.finished(now, kRoot);
            } else if (std::get<ReceiverEvent>(action).kind == ReceiverEvent::Kind::offered) {
                offered = true;
                receiver.accept(now, window == 0 ? std::optional<ByteCount>()
                                                 : std::optional(ByteCount{1} << (window % 48)));
            }
        }
    };
    (void)receiver.handle(now, sender.application(payload), {});
    fuzz::settle(receiver, now, drain);
    EXPECT_ALWAYS(!offered || valid);
    if (!offered) return;
    sender.object = receiver.offer().object;
    sender.digest = receiver.offer().digest;
    sender.transfer = receiver.offer().transfer;
    FakeSender ended = sender;
    if (sender.object.open()) ended.object.size = ByteCount{window} * sender.object.segment_size;
    for (const Buffer& datagram : {sender.receiver_states(config.node, wire::ReceiverState::joined),
                                   sender.probe(), sender.flush(), ended.offer(), ended.offer()}) {
        (void)receiver.handle(now, datagram, {});
        fuzz::settle(receiver, now, drain);
        now = fuzz::wake(receiver, now, std::chrono::milliseconds(50));
        fuzz::settle(receiver, now, drain);
    }
}

}  // namespace

// Any bytes as what is offered, as sessions and `list` hear it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Bytes payload = Bytes(data, size).subspan(1);
    const auto offer = wire::Offer::parse(payload);
    const auto valid = offer ? validate(*offer) : std::unexpected(OfferFault{});
    if (valid) check(*valid);
    FakeSender sender;
    offer_to_receiver(sender, payload, valid.has_value(), data[0]);
    return 0;
}
