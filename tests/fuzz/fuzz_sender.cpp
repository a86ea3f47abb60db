// SPDX-License-Identifier: MIT
#include "hostile.hpp"
#include "protocol/send/sender.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using fuzz::Input;

namespace {

SenderConfig config_from(Input& input) {
    SenderConfig config;
    config.node = kSenderNode;
    config.instance = kInstance;
    config.transfer = kTransfer;
    config.object = ten_by_ten(1);
    config.object.size = input.u16() * ByteCount{1} << (input.u8() & 7);
    config.object.segment_size = static_cast<std::uint16_t>(32 + input.u16() % 8000);
    config.object.block_size = static_cast<std::uint16_t>(1 + input.u8() % 128);
    config.object.parity = input.u8() % 128;
    const std::uint8_t kind = input.u8();
    if (kind & 1) config.object.fec_id = wire::FecId::small_block;
    config.digest = {1, 16, 1 + input.u32() % 100'000};
    if (kind & 2) {
        const auto block_bytes = static_cast<std::uint32_t>(config.object.block_bytes());
        config.object.stream = true;
        config.object.size = config.object.stream_limit();
        config.digest.chunk_size = std::max(config.digest.chunk_size, block_bytes);
        config.buffer = 10 * config.object.block_bytes();
    }
    // A limit that the session keeps, too: chunks of one byte are for no file that large.
    while (!config.object.stream && config.digest.chunk_count(config.object.size) > 10'000)
        config.digest.chunk_size *= 2;
    config.name = "file";
    const std::uint8_t beginning = input.u8();
    config.begin_with = beginning & 3;
    config.plain = (beginning & 4) == 0;
    if (const auto rate = input.u32(); rate & 1)
        config.rate = DataRate::bits_per_second(rate % 1'000'000'000);
    config.proactive_parity = (input.u8() & 3) / 4.0;
    if (input.u8() & 1) config.on_slow = {true, 1'000'000};
    if (input.u8() & 1) config.start_after = std::chrono::milliseconds(input.u8());
    if (input.u8() & 1) config.waiting_limit = std::chrono::milliseconds(input.u16());
    return config;
}

wire::Report report_from(Input& input) {
    wire::Report report;
    report.state = wire::ReportState{static_cast<std::uint8_t>(input.u8() % 3)};
    report.error = input.u8();
    report.packets_received = input.u8() & 1 ? input.u64() : input.u16();
    report.packets_expected = input.u8() & 1 ? input.u64() : input.u16();
    report.bytes_done = input.u64();
    report.rate = input.u16();
    report.host_drops = input.u8();
    report.backlog = input.u32();
    report.backlog_limit = input.u32();
    report.sequence = input.u16();
    return report;
}

Buffer feedback(Input& input) {
    FakeReceiver receiver;
    receiver.node = NodeId{input.u8() & 15U};
    if (input.u8() & 1) receiver.response = {3600U + input.u8(), input.u32()};
    switch (input.u8() & 7) {
        case 0:
            return receiver.join("lab");
        case 1:
            return receiver.report(report_from(input));
        case 2:
            return receiver.nack(fuzz::requests_from(input));
        case 3:
            return receiver.digest_request(input.u16(), UINT32_MAX - input.u8());
        case 4:
            return receiver.ack_cc(input.u8() / 255.0);
        case 5:
            if (input.u8() & 1) return receiver.done();
            return receiver.ack_flush({input.u16() * 1U, 0, 0});
        default:
            return FakeSender{.node = NodeId{input.u32() | 1}}.offer();
    }
}

// A datagram of any receiver, or of another sender: of our node, our name, or a stranger.
Buffer hostile(Input& input) {
    if (input.u8() & 1) return fuzz::sender_says({}, NodeId{input.u8()}, input);
    FakeReceiver receiver;
    receiver.node = NodeId{input.u8()};
    receiver.challenge = input.u8();
    receiver.response = {3590U + input.u8(), input.u32()};
    return fuzz::receiver_says(receiver, ObjectId{7}, input);
}

// What becomes of the content of a stream that goes on.
void feed(Sender& sender, Time now, Input& input) {
    switch (input.u8() & 3) {
        case 0:
            sender.release(sender.releasable());
            break;
        case 1:
            if ((input.u8() & 7) == 0) sender.end_stream(now);
            break;
        default:
            sender.extend(std::min(sender.available() + input.u32() % 1'000'000,
                                   sender.config().object.size - 1));
    }
}

void command(Sender& sender, Time now, Input& input, const SenderConfig& config) {
    const std::uint8_t what = input.u8();
    if (sender.config().object.open() && (what & 8)) return feed(sender, now, input);
    switch (what & 7) {
        case 0:
            (void)sender.begin(now);
            break;
        case 1:
            sender.drain();
            break;
        case 2:
            sender.set_rate(now, DataRate::bits_per_second(input.u32() % 1'000'000'000));
            break;
        case 3:
            sender.set_rate(now, std::nullopt);
            break;
        case 4:
            (void)sender.detach(now, NodeId{input.u8() & 15U});
            break;
        case 5:
            sender.fail(now, Error{ErrorCode::cancelled, 0, "so be it"});
            break;
        case 6:
            sender.link_busy(now, input.u32());
            break;
        default: {
            const Buffer digest(config.digest.width, 0);
            const std::uint32_t first = input.u16();
            for (std::uint32_t c = first; c < first + 200; ++c) sender.add_digest(c, digest);
            sender.set_root(kRoot);
        }
    }
}

}  // namespace

// A sender under any list of datagrams (valid, changed, or any bytes), commands and times: it
// breaks no invariant, comes to rest after each, and never asks to be woken in the past for ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    const SenderConfig config = config_from(input);
    Time now = fuzz::kBegin;
    Sender sender(config, now, Rng(input.u8()));
    bool ended = false;
    const auto drain = [&] {
        while (const auto event = sender.poll_event()) {
            EXPECT_ALWAYS(!ended);  // nothing comes after the end
            ended = event->kind == SenderEvent::Kind::ended;
        }
    };
    for (int n = 0; n < 200 && !input.empty(); ++n) {
        const std::uint8_t what = input.u8();
        if (what < 64) {
            now = fuzz::wake(sender, now, std::chrono::milliseconds(20));
        } else if (what < 80) {
            now += std::chrono::milliseconds(10) * input.u8();
            sender.handle_timeout(now);
        } else if (what < 96) {
            command(sender, now, input, config);
        } else if (what < 112) {
            const std::size_t length = input.u8();
            sender.handle(now, input.take(length), {});
        } else if (what >= 224) {
            Buffer datagram = hostile(input);
            fuzz::mutate(datagram, input);
            sender.handle(now, datagram, {});
        } else {
            Buffer datagram = feedback(input);
            fuzz::mutate(datagram, input);
            sender.handle(now, datagram, {.port = static_cast<std::uint16_t>(input.u8() == 255)});
        }
        fuzz::settle(sender, now, drain);
        EXPECT_ALWAYS(sender.ended() == ended);
        (void)sender.waiting_for();
    }
    return 0;
}
