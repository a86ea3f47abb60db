// SPDX-License-Identifier: MIT
// The cost of a stranger's dearest datagrams for the core that hears them, each of its kind the
// largest that a network carries: nanoseconds a datagram.
#include <vector>

#include <benchmark/benchmark.h>

#include "cores.hpp"

namespace mcast::protocol::test {
namespace {

constexpr auto kApart = std::chrono::microseconds(10);  // of two datagrams: 100 000 a second
constexpr std::size_t kPayload = 1400;
constexpr ByteCount kSize = ByteCount{1} << 30;

/// A sender half way through, to one receiver.
class Sending {
  public:
    Sending() : sender_(sender_of(object_of(kSize)), now_, Rng(1)) {
        begin(sender_, kSize, now_);
        while (sender_.position() < kSize / 2) wait(std::chrono::milliseconds(1));
    }
    void hear(const Buffer& datagram) {
        sender_.handle(now_, datagram, {});
        wait(kApart);
    }

  private:
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

/// A receiver that has a part of each second block of the first half.
class Receiving {
  public:
    Receiving() {
        sender.object = object_of(kSize);
        sender.digest.chunk_size = 1 << 20;
        reception_.join(sender);
        const auto blocks = sender.object.partition().block_count();
        for (std::uint32_t block = 0; block < blocks / 2; block += 2) hear(sender.data(block, 0));
    }
    void hear(const Buffer& datagram) {
        reception_.hear(datagram);
        reception_.now += kApart;
        reception_.turn();
    }

    FakeSender sender;

  private:
    Reception reception_;
};

/// As many ranges as a datagram holds, all over the object.
std::vector<wire::RepairRequest> everywhere() {
    std::vector<wire::RepairRequest> requests;
    const auto blocks = static_cast<std::uint32_t>(object_of(kSize).partition().block_count());
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

void receiver_hears_repair_adv(benchmark::State& state) {
    Receiving receiving;
    wire::CmdRepairAdv repair_adv;
    const Buffer requests = requests_of(everywhere());
    repair_adv.requests = requests;
    for (auto _ : state) {
        repair_adv.source = receiving.sender.source();
        repair_adv.sender = receiving.sender.fields();
        receiving.hear(bytes_of(repair_adv));
    }
}
BENCHMARK(receiver_hears_repair_adv);

void receiver_hears_digests(benchmark::State& state) {
    Receiving receiving;
    for (auto _ : state) receiving.hear(receiving.sender.digests(0, 80));
}
BENCHMARK(receiver_hears_digests);

}  // namespace
}  // namespace mcast::protocol::test
