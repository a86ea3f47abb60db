// SPDX-License-Identifier: MIT
#include <vector>

#include <benchmark/benchmark.h>

#include "base/rng.hpp"
#include "cores.hpp"
#include "wire/norm/header.hpp"

namespace mcast::protocol::test {
namespace {

constexpr auto kInterval = std::chrono::nanoseconds(1200);  // between packets at 10 Gbit/s
constexpr std::uint32_t kPacketsPerTurn = 44;

FakeSender sender_of_16_mebibytes() {
    FakeSender sender;
    sender.object = object_of(ByteCount{16} << 20);
    sender.digest.chunk_size = 1 << 20;
    return sender;
}

/// The datagrams of the object that arrive, in order, each in memory of its size.
std::vector<Buffer> arriving(FakeSender& sender, double loss) {
    std::vector<Buffer> datagrams;
    Rng rng(1);
    const auto partition = sender.object.partition();
    for (std::uint32_t block = 0; block < partition.block_count(); ++block) {
        for (std::uint16_t esi = 0; esi < partition.block_length(block); ++esi) {
            const Buffer datagram = sender.data(block, esi);
            if (!rng.chance(loss)) datagrams.emplace_back(datagram.begin(), datagram.end());
        }
    }
    return datagrams;
}

/// 16 MiB come in at 10 Gbit/s; handle() and what it leads to (orders, NACKs, reports), a packet.
void receiver_handle(benchmark::State& state) {
    std::int64_t packets = 0;
    ByteCount done = 0;
    for (auto _ : state) {
        state.PauseTiming();
        FakeSender sender = sender_of_16_mebibytes();
        Reception session;
        session.join(sender);
        const auto datagrams = arriving(sender, static_cast<double>(state.range(0)) / 100);
        state.ResumeTiming();
        std::uint32_t in_turn = 0;
        for (const Buffer& datagram : datagrams) {
            session.hear(datagram);
            session.now += kInterval;
            if (++in_turn % kPacketsPerTurn == 0) session.turn();
        }
        packets += static_cast<std::int64_t>(datagrams.size());
        done = session.bytes_done();
    }
    if (done == 0) state.SkipWithError("no content was taken");
    state.SetItemsProcessed(packets);
}
BENCHMARK(receiver_handle)
    ->ArgName("loss_percent")
    ->Arg(0)
    ->Arg(1)
    ->Arg(5)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mcast::protocol::test
