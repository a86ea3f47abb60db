// SPDX-License-Identifier: MIT
#include <vector>

#include <benchmark/benchmark.h>

#include "base/rng.hpp"
#include "datagrams.hpp"
#include "protocol/object/block_table.hpp"
#include "protocol/send/repair_queue.hpp"

namespace mcast::protocol::test {
namespace {

constexpr std::uint16_t kParity = 32;
constexpr ByteCount kSize = ByteCount{256} << 20;

fec::BlockPartition partition() {
    return {kSize, 1452, 64};
}

/// All symbols of 256 MiB in order, but for those that are lost; per packet that came.
void block_table_add(benchmark::State& state) {
    const auto blocks = static_cast<std::uint32_t>(partition().block_count());
    std::int64_t packets = 0;
    for (auto _ : state) {
        BlockTable table(partition(), kParity, 8192);
        Rng rng(1);
        for (std::uint32_t block = 0; block < blocks; ++block) {
            const std::uint16_t length = partition().block_length(block);
            for (std::uint16_t esi = 0; esi < length; ++esi) {
                if (rng.chance(static_cast<double>(state.range(0)) / 100)) continue;
                benchmark::DoNotOptimize(table.add(block, esi));
                ++packets;
            }
        }
    }
    state.SetItemsProcessed(packets);
}
BENCHMARK(block_table_add)
    ->ArgName("loss_percent")
    ->Arg(0)
    ->Arg(1)
    ->Arg(5)
    ->Unit(benchmark::kMillisecond);

/// So many receivers lost different symbols of the same 30 blocks: their NACKs are aggregated, and
/// the repair is taken out; per NACK.
void repair_queue_serves_nacks(benchmark::State& state) {
    using std::chrono::milliseconds;
    constexpr std::uint32_t kBlocks = 30;
    const auto id = ObjectId{7};
    std::vector<Buffer> nacks;
    for (std::uint16_t receiver = 0; receiver < state.range(0); ++receiver) {
        std::vector<wire::RepairRequest> requests;
        const auto symbol = static_cast<std::uint16_t>(receiver % 60);
        for (std::uint32_t block = 0; block < kBlocks; ++block)
            requests.push_back(ask_symbols(block, symbol, symbol, id));
        nacks.push_back(requests_of(requests));
    }
    RepairQueue queue(partition(), kParity);
    Time now = Time(std::chrono::hours(1));
    std::int64_t symbols = 0;
    for (auto _ : state) {
        for (const Buffer& nack : nacks)
            queue.add_nack(nack, id,
                           {.now = now,
                            .aggregation = milliseconds(1),
                            .horizon = now - milliseconds(2),
                            .end_block = kBlocks});
        now += milliseconds(10);
        for (; queue.peek(now); queue.pop(now)) ++symbols;
        now += milliseconds(10);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["symbols_per_round"] =
        static_cast<double>(symbols) / static_cast<double>(state.iterations());
}
BENCHMARK(repair_queue_serves_nacks)->ArgName("receivers")->Arg(1)->Arg(4)->Arg(64);

}  // namespace
}  // namespace mcast::protocol::test
