// SPDX-License-Identifier: MIT
#include "hostile.hpp"
#include "protocol/receive/receiver.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using fuzz::Input;

namespace {

constexpr std::uint64_t kMostBlocks = 1 << 23;  // that either fec id can name
constexpr std::uint32_t kSmallestStreamChunk = 64 << 10;

FakeSender sender_from(Input& input) {
    FakeSender sender;
    sender.object.size = input.u16() * ByteCount{1} << (input.u8() & 15);
    sender.object.segment_size = static_cast<std::uint16_t>(1 + input.u16() % 8000);
    sender.object.block_size = static_cast<std::uint16_t>(1 + input.u8() % 128);
    sender.object.parity = input.u8() % 128;
    const std::uint8_t kind = input.u8();
    if (kind & 1) sender.object.fec_id = wire::FecId::small_block;
    while (sender.object.partition().block_count() > kMostBlocks) sender.object.size /= 2;
    sender.digest = {1, 16, 1 + input.u32() % 100'000};
    if (kind & 2) {
        sender.object.stream = true;
        if (kind & 4) sender.object.size = sender.object.stream_limit();
        sender.digest.chunk_size += kSmallestStreamChunk;
    }
    sender.grtt = input.u8() / 100.0;
    sender.backoff = input.u8() & 15;
    sender.report_interval_us = input.u32() % 1'000'000;
    return sender;
}

Buffer data_from(FakeSender& sender, Input& input) {
    const auto partition = sender.object.partition();
    if (partition.block_count() == 0) return sender.info();
    const auto block = static_cast<std::uint32_t>(input.u16() % partition.block_count());
    const auto symbols = partition.block_length(block) + sender.object.parity;
    return sender.data(block, static_cast<std::uint16_t>(input.u8() % symbols),
                       input.u8() & wire::kFlagRepair, (input.u8() & 7) == 0);
}

// From here on the sender says that its stream ends there, or that it has no end.
void change_end(FakeSender& sender, std::uint8_t how, std::uint16_t segments) {
    protocol::ObjectParams& object = sender.object;
    object.size = ByteCount{segments} * object.segment_size - (how & 8 ? segments / 2 : 0);
    if ((how & 16) || object.size > object.stream_limit()) object.size = object.stream_limit();
}

Buffer datagram_from(FakeSender& sender, Input& input) {
    const NodeId us{0x0a000001};
    switch (input.u8() & 15) {
        case 0: {
            const std::uint8_t how = input.u8();
            if (sender.object.stream && (how & 4)) change_end(sender, how, input.u16());
            return sender.offer(how & 3);
        }
        case 1:
            return sender.receiver_states(
                us, wire::ReceiverState{static_cast<std::uint8_t>(input.u8() % 7)}, input.u8());
        case 2: {
            const auto total = sender.digest.chunk_count(sender.object.size);
            const std::uint32_t first = total > 0 ? input.u16() % total : 0;
            return sender.digests(first, std::min<std::uint32_t>(total - first, 100));
        }
        case 3:
            return (input.u8() & 15) == 0 ? sender.end(input.u8(), "why") : sender.offer(1);
        case 4:
            return sender.info();
        case 5:
            return sender.flush((input.u8() & 1) ? std::vector{us} : std::vector<NodeId>{});
        case 6:
            return sender.probe({input.u32(), input.u32()});
        default:
            return data_from(sender, input);
    }
}

// What a driver's storage does, well or badly.
struct Storage {
    Receiver& core;
    Input& input;
    const FakeSender& sender;
    bool ended = false;

    void drain(Time now) {
        for (ReceiverAction action; core.poll_action(action);) {
            if (const auto* order = std::get_if<Order>(&action))
                obey(now, *order);
            else
                take(now, std::get<ReceiverEvent>(action));
        }
    }
    void take(Time now, const ReceiverEvent& event) {
        EXPECT_ALWAYS(!ended);  // nothing comes after the end
        ended = event.kind == ReceiverEvent::Kind::ended;
        if (event.kind != ReceiverEvent::Kind::offered) return;
        const std::uint8_t how = input.u8();
        if (how == 255)
            core.fail(now, Error{ErrorCode::exists, 0, "it exists"});
        else
            core.accept(
                now, how < 128 ? std::optional<ByteCount>() : std::optional<ByteCount>(1000 * how));
    }
    void obey(Time now, const Order& order) {
        switch (order.kind) {
            case Order::Kind::decode:
                EXPECT_ALWAYS(order.missing.size() == order.parity.size());
                break;
            case Order::Kind::forget:
                break;
            case Order::Kind::zeros:
                EXPECT_ALWAYS(order.offset < order.end);
                EXPECT_ALWAYS(order.end <= core.offer().object.size);
                break;
            case Order::Kind::end:
                EXPECT_ALWAYS(core.offer().object.stream);
                break;
            case Order::Kind::verify:
                core.verdict(now, order.chunk, input.u8() < 200);
                break;
            case Order::Kind::release:
                core.released(order.offset);
                break;
            case Order::Kind::finish:
                core.finished(now, kRoot);
                break;
        }
    }
};

void check(const Receiver& core, const Placement& placement) {
    if (placement.kind == Placement::Kind::none) return;
    const auto partition = core.offer().object.partition();
    if (placement.kind != Placement::Kind::source) return;
    EXPECT_ALWAYS(placement.offset + placement.payload.size() <= partition.object_size());
}

}  // namespace

// A receiver under any list of datagrams (valid, changed, or any bytes), verdicts and times: it
// breaks no invariant, places nothing outside the object, comes to rest after each, and never asks
// to be woken in the past for ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    FakeSender sender = sender_from(input);
    Time now = fuzz::kBegin;
    ReceiverConfig config;
    config.node = NodeId{0x0a000001};
    config.challenge = kChallenge;
    config.plain = true;
    config.host = "lab";
    config.parity_memory = 1 + 100 * ByteCount{input.u8()};
    Receiver receiver(config, now, Rng(input.u8()));
    Storage storage{receiver, input, sender};
    for (int n = 0; n < 300 && !input.empty(); ++n) {
        const std::uint8_t what = input.u8();
        if (what < 48) {
            now = fuzz::wake(receiver, now, std::chrono::milliseconds(20));
        } else if (what < 52) {
            now += std::chrono::milliseconds(10) * input.u8();
            receiver.handle_timeout(now);
        } else if (what < 60) {
            const std::size_t length = input.u8();
            check(receiver, receiver.handle(now, input.take(length), {}).placement);
        } else if (what < 62) {
            receiver.verdict(now, input.u16(), input.u8() & 1);
        } else if (what < 63) {
            receiver.set_backlog(input.u32(), input.u16());
        } else if (what >= 224) {
            Buffer datagram = fuzz::sender_says(sender, config.node, input);
            fuzz::mutate(datagram, input);
            check(receiver, receiver.handle(now, datagram, {}).placement);
        } else {
            Buffer datagram = datagram_from(sender, input);
            if (what < 96) fuzz::mutate(datagram, input);
            const Origin from{.port = static_cast<std::uint16_t>(input.u8() == 255)};
            check(receiver, receiver.handle(now, datagram, from).placement);
        }
        fuzz::settle(receiver, now, [&] { storage.drain(now); });
        EXPECT_ALWAYS(receiver.ended() == storage.ended);
        EXPECT_ALWAYS(receiver.bytes_done() <= receiver.offer().object.size);
        (void)receiver.waiting_for();
        (void)receiver.phase();
    }
    return 0;
}
