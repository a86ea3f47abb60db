// SPDX-License-Identifier: MIT
#include <vector>

#include <benchmark/benchmark.h>

#include "base/rng.hpp"
#include "datagrams.hpp"
#include "protocol/receiver.hpp"
#include "wire/header.hpp"

namespace mcast::protocol::test {
namespace {

constexpr NodeId kReceiverNode{0x0a000001};
constexpr Time kBegin = Time(std::chrono::hours(1));
constexpr auto kInterval = std::chrono::nanoseconds(1200);  // between packets at 10 Gbit/s
constexpr std::uint32_t kPacketsPerTurn = 44;

FakeSender sender_of_16_mebibytes() {
    FakeSender sender;
    sender.object.size = ByteCount{16} << 20;
    sender.object.segment_size = 1452;
    sender.object.block_size = 64;
    sender.object.parity = 32;
    sender.digest.chunk_size = 1 << 20;
    return sender;
}

/// A receiver and what its session does beside it, with storage that costs nothing.
class Session {
  public:
    Session() : receiver_(config(), kBegin, Rng(1)) {}

    void hear(const Buffer& datagram) {
        benchmark::DoNotOptimize(receiver_.handle(now, datagram, {}));
    }
    void turn() {
        if (receiver_.next_timeout() <= now) receiver_.handle_timeout(now);
        for (Order order; receiver_.poll_order(order);)
            if (order.kind == Order::Kind::verify) receiver_.verdict(now, order.chunk, true);
        while (auto event = receiver_.poll_event())
            if (event->kind == ReceiverEvent::Kind::offered) receiver_.accept(now, std::nullopt);
        while (receiver_.poll_transmit(now, transmit_)) {
        }
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
};

void join(Session& session, FakeSender& sender) {
    session.hear(sender.offer());
    session.turn();
    session.now += std::chrono::milliseconds(1);
    session.turn();
    session.hear(sender.roll(kReceiverNode, wire::RollState::joined));
    session.hear(sender.offer(wire::kOfferStarted));
    session.turn();
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
        Session session;
        join(session, sender);
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
