// SPDX-License-Identifier: MIT
#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "datagrams.hpp"
#include "wire/norm/message.hpp"

namespace mcast::protocol::test {
namespace {

constexpr std::uint16_t kSegment = 1452;
constexpr std::uint16_t kBlock = 64;

FakeSender sender_of_full_segments() {
    FakeSender sender;
    sender.object.size = ByteCount{64} << 20;
    sender.object.segment_size = kSegment;
    sender.object.block_size = kBlock;
    sender.object.parity = 32;
    return sender;
}

void parse_data(benchmark::State& state) {
    const Buffer datagram = sender_of_full_segments().data(3, 5);
    for (auto _ : state) {
        benchmark::DoNotOptimize(datagram.data());
        benchmark::DoNotOptimize(wire::parse_data(datagram));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_data);

void serialize_data_header(benchmark::State& state) {
    FakeSender sender = sender_of_full_segments();
    wire::Data data = sender.data_message(3, 5);
    std::array<std::uint8_t, 64> out{};
    for (auto _ : state) {
        data.id.symbol = (data.id.symbol + 1) % kBlock;
        benchmark::DoNotOptimize(data.serialize_header(out));
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(serialize_data_header);

std::vector<wire::RepairRequest> losses(std::int64_t blocks) {
    std::vector<wire::RepairRequest> requests;
    for (std::uint32_t block = 0; block < blocks; ++block)
        requests.push_back(ask_symbols(2 * block, 10, 13));
    return requests;
}

void parse_nack(benchmark::State& state) {
    const Buffer datagram = FakeReceiver{}.nack(losses(state.range(0)));
    for (auto _ : state) {
        const auto message = wire::parse(datagram);
        wire::RepairRequestReader requests(std::get<wire::Nack>(*message).requests);
        for (auto next = requests.next(); next && *next; next = requests.next())
            benchmark::DoNotOptimize(next);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(parse_nack)->ArgName("blocks")->Arg(1)->Arg(60);

void serialize_nack(benchmark::State& state) {
    const auto requests = losses(state.range(0));
    std::array<std::uint8_t, 1452> space{};
    std::array<std::uint8_t, 1500> out{};
    for (auto _ : state) {
        wire::RepairRequestWriter writer(space);
        for (const auto& request : requests)
            if (!writer.add(request)) state.SkipWithError("the requests do not fit");
        wire::Nack nack;
        nack.requests = writer.finish();
        benchmark::DoNotOptimize(nack.serialize(out));
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(serialize_nack)->ArgName("blocks")->Arg(1)->Arg(60);

}  // namespace
}  // namespace mcast::protocol::test
