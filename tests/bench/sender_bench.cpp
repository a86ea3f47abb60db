// SPDX-License-Identifier: MIT
#include <vector>

#include <benchmark/benchmark.h>

#include "datagrams.hpp"
#include "protocol/sender.hpp"

namespace mcast::protocol::test {
namespace {

constexpr Time kBegin = Time(std::chrono::hours(1));

SenderConfig one_gibibyte() {
    SenderConfig config;
    config.node = kSenderNode;
    config.instance = kInstance;
    config.transfer = kTransfer;
    config.object = {.id = ObjectId{7},
                     .size = ByteCount{1} << 30,
                     .segment_size = 1452,
                     .block_size = 64,
                     .parity = 32,
                     .fec_id = wire::FecId::rs8};
    config.digest = {1, 16, 1 << 20};
    config.name = "file";
    config.host = "sender";
    config.rate = DataRate::bits_per_second(20e9);
    return config;
}

void drain(Sender& sender, Time now, Transmit& transmit, std::int64_t& packets) {
    while (sender.poll_event()) {
    }
    while (sender.poll_transmit(now, transmit))
        packets += static_cast<std::int64_t>(transmit.count());
}

/// The first pass over 1 GiB at 20 Gbit/s to one receiver: what the core costs a data packet.
void sender_poll_transmit(benchmark::State& state) {
    std::int64_t packets = 0;
    Transmit transmit;
    for (auto _ : state) {
        state.PauseTiming();
        Time now = kBegin;
        Sender sender(one_gibibyte(), now, Rng(1));
        const Buffer digest(16, 0);
        for (std::uint32_t chunk = 0; chunk < 1024; ++chunk) sender.add_digest(chunk, digest);
        sender.handle(now, FakeReceiver{}.join(), {});
        state.ResumeTiming();
        while (!sender.first_pass_done() && !sender.ended()) {
            drain(sender, now, transmit, packets);
            now = std::max(now, sender.next_timeout());
            sender.handle_timeout(now);
        }
    }
    if (packets == 0) state.SkipWithError("nothing was sent");
    state.SetItemsProcessed(packets);
}
BENCHMARK(sender_poll_transmit)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mcast::protocol::test
