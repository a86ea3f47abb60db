// SPDX-License-Identifier: MIT
#include <vector>

#include <benchmark/benchmark.h>

#include "cores.hpp"

namespace mcast::protocol::test {
namespace {

constexpr ByteCount kSize = ByteCount{1} << 30;

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
        Sender sender(sender_of(object_of(kSize)), now, Rng(1));
        begin(sender, kSize, now);
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
