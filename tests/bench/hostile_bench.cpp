// SPDX-License-Identifier: MIT
// What the dearest datagrams of a stranger cost the core that hears them, each of its kind the
// largest that a network carries: nanoseconds a datagram.
#include <vector>

#include <benchmark/benchmark.h>

#include "datagrams.hpp"
#include "protocol/receiver.hpp"
#include "protocol/sender.hpp"

namespace mcast::protocol::test {
namespace {

constexpr Time kBegin = Time(std::chrono::hours(1));
constexpr auto kApart = std::chrono::microseconds(10);  // of two datagrams: 100 000 a second
constexpr std::size_t kPayload = 1400;
constexpr NodeId kReceiverNode{0x0a000001};

ObjectParams one_gibibyte() {
    return {.id = ObjectId{7},
            .size = ByteCount{1} << 30,
            .segment_size = 1452,
            .block_size = 64,
            .parity = 32,
            .fec_id = wire::FecId::rs8};
}

/// A sender half way through, to one receiver.
class Sending {
  public:
    Sending() : sender_(config(), now_, Rng(1)) {
        const Buffer digest(16, 0);
        for (std::uint32_t chunk = 0; chunk < 1024; ++chunk) sender_.add_digest(chunk, digest);
        hear(FakeReceiver{}.join());
        while (sender_.position() < one_gibibyte().size / 2) wait(std::chrono::milliseconds(1));
    }
    void hear(const Buffer& datagram) {
        sender_.handle(now_, datagram, {});
        wait(kApart);
    }

  private:
    static SenderConfig config() {
        SenderConfig config;
        config.node = kSenderNode;
        config.instance = kInstance;
        config.transfer = kTransfer;
        config.object = one_gibibyte();
        config.digest = {1, 16, 1 << 20};
        config.name = "file";
        config.host = "sender";
        config.rate = DataRate::bits_per_second(20e9);
        return config;
    }
    void wait(Duration time) {
        now_ += time;
        if (sender_.next_timeout() <= now_) sender_.handle_timeout(now_);
        while (sender_.poll_event()) {
        }
        while (sender_.poll_transmit(now_, transmit_)) {
        }
    }

    Time now_ = kBegin;
    Sender sender_;
    Transmit transmit_;
};

/// A receiver that has heard a half.
class Receiving {
  public:
    Receiving() : receiver_(config(), now_, Rng(1)) {
        sender.object = one_gibibyte();
        sender.digest.chunk_size = 1 << 20;
        hear(sender.offer());
        hear(sender.roll(kReceiverNode, wire::RollState::joined));
        hear(sender.offer(wire::kOfferStarted));
        const auto partition = sender.object.partition();
        for (std::uint32_t block = 0; block < partition.block_count() / 2; block += 2)
            hear(sender.data(block, 0));
    }
    void hear(const Buffer& datagram) {
        benchmark::DoNotOptimize(receiver_.handle(now_, datagram, {}));
        now_ += kApart;
        if (receiver_.next_timeout() <= now_) receiver_.handle_timeout(now_);
        for (Order order; receiver_.poll_order(order);) benchmark::DoNotOptimize(order);
        while (auto event = receiver_.poll_event())
            if (event->kind == ReceiverEvent::Kind::offered) receiver_.accept(now_, std::nullopt);
        while (receiver_.poll_transmit(now_, transmit_)) {
        }
    }

    FakeSender sender;

  private:
    static ReceiverConfig config() {
        ReceiverConfig config;
        config.node = kReceiverNode;
        config.challenge = kChallenge;
        config.host = "lab";
        return config;
    }

    Time now_ = kBegin;
    Receiver receiver_;
    Transmit transmit_;
};

/// As many ranges as a datagram holds, all over the object.
std::vector<wire::RepairRequest> everywhere() {
    std::vector<wire::RepairRequest> requests;
    const auto blocks = static_cast<std::uint32_t>(one_gibibyte().partition().block_count());
    for (std::uint32_t block = 0; requests_of(requests).size() < kPayload; block += 2)
        requests.push_back(ask_blocks(block % blocks, (block + 5000) % blocks));
    return requests;
}

void sender_hears_nack(benchmark::State& state) {
    Sending sending;
    const Buffer nack = FakeReceiver{}.nack(everywhere());
    for (auto _ : state) sending.hear(nack);
}
BENCHMARK(sender_hears_nack);

void sender_hears_digest_request(benchmark::State& state) {
    Sending sending;
    const Buffer request = FakeReceiver{}.digest_request(0, 1023);
    for (auto _ : state) sending.hear(request);
}
BENCHMARK(sender_hears_digest_request);

/// Each of another one; after 20 000 the table is full.
void sender_hears_join(benchmark::State& state) {
    Sending sending;
    FakeReceiver ghost;
    std::vector<Buffer> joins;
    for (std::uint32_t n = 0; n < 40'000; ++n) {
        ghost.node = NodeId{0x40000000 + n};
        joins.push_back(ghost.join(std::string(64, 'h')));
    }
    std::size_t next = 0;
    for (auto _ : state) sending.hear(joins[next++ % joins.size()]);
}
BENCHMARK(sender_hears_join);

void receiver_hears_advert(benchmark::State& state) {
    Receiving receiving;
    wire::CmdRepairAdv advert;
    const Buffer requests = requests_of(everywhere());
    advert.requests = requests;
    for (auto _ : state) {
        advert.source = receiving.sender.source();
        advert.sender = receiving.sender.fields();
        receiving.hear(bytes_of(advert));
    }
}
BENCHMARK(receiver_hears_advert);

void receiver_hears_digests(benchmark::State& state) {
    Receiving receiving;
    for (auto _ : state) receiving.hear(receiving.sender.digests(0, 80));
}
BENCHMARK(receiver_hears_digests);

}  // namespace
}  // namespace mcast::protocol::test
