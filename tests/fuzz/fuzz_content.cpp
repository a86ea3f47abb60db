// SPDX-License-Identifier: MIT
#include <sys/mman.h>
#include <unistd.h>

#include "datagrams.hpp"
#include "operations.hpp"
#include "protocol/receive/receiver.hpp"
#include "session/receive/content_store.hpp"
#include "session/receive/output_writer.hpp"
#include "sim/content.hpp"
#include "storage/descriptor_outlet.hpp"
#include "storage/pipe_sink.hpp"
#include "unit/session/memory_sink.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using namespace mcast::session;
using fuzz::Input;

namespace {

constexpr NodeId kUs{0x0a000001};

sim::Scenario scenario_from(Input& input) {
    sim::Scenario scenario;
    scenario.segment = static_cast<std::uint16_t>(1 + input.u16() % 8000);
    scenario.block = static_cast<std::uint16_t>(1 + input.u8() % 64);
    scenario.parity = input.u8() % 64;
    const ByteCount most = std::min<ByteCount>(1'500'000, 1000 * ByteCount{scenario.segment});
    scenario.size = input.u32() % most;
    scenario.chunk = static_cast<std::uint32_t>(1 + scenario.size / 20 + input.u32() % 300'000);
    return scenario;
}

FakeSender sender_of(const sim::Scenario& scenario) {
    FakeSender sender;
    sender.object = {ObjectId{7},    scenario.size,   scenario.segment,
                     scenario.block, scenario.parity, scenario.fec_id};
    sender.digest = {1, 16, scenario.chunk};
    return sender;
}

/// A receiver and what a session keeps content in, joined as a session joins them.
class Reception {
  public:
    Reception(const sim::Scenario& scenario, bool ordered, Input& input)
        : sender(sender_of(scenario)), rng_(1), content_(scenario, rng_), ordered_(ordered) {
        ReceiverConfig config;
        config.node = kUs;
        config.challenge = kChallenge;
        config.host = "lab";
        config.parity_memory = 1 + 4000 * ByteCount{input.u8()};
        core_ = std::make_unique<Receiver>(config, now_, Rng(input.u8()));
        // As little as can be: some chunks and blocks have to fit.
        const ByteCount block = ByteCount{scenario.segment} * scenario.block;
        window_ = 4 * ByteCount{scenario.chunk} + 2 * block + 1000 * ByteCount{input.u8()};
        job_.bytes = std::make_unique<std::uint8_t[]>(ReceiveJob::kBytes);
    }
    ~Reception() {
        store_.reset();
        if (pipe_ >= 0) ::close(pipe_);
    }
    Reception(const Reception&) = delete;
    Reception& operator=(const Reception&) = delete;

    void hear(const Buffer& datagram) {
        // Before the core hears it: its orders are for what has been placed until then.
        if (ReceiveJob::kBytes - job_.used < datagram.size()) perform();
        const Placement placement = core_->handle(now_, datagram, {}).placement;
        if (placement.kind != Placement::Kind::none) EXPECT_ALWAYS(job_.gather(placement));
        settle();
    }
    void hear_symbol(std::uint32_t block, std::uint16_t symbol, std::uint8_t spoil) {
        Buffer datagram = sender.data(block, symbol);
        const auto length = sender.object.partition().block_length(block);
        const bool parity = symbol >= length;
        const auto row = static_cast<std::uint16_t>(parity ? symbol - length : symbol);
        const auto size = parity ? content_.partition().parity_size(block)
                                 : content_.partition().symbol_size(block, symbol);
        const auto right = content_.datagram({}, {block, row, parity, size});
        std::ranges::copy(right.bytes, datagram.end() - static_cast<std::ptrdiff_t>(size));
        if (spoil == 255) datagram.back() ^= 1;
        hear(datagram);
    }
    void hear_digests() {
        Buffer digests;
        const std::uint32_t total = sender.digest.chunk_count(sender.object.size);
        for (std::uint32_t c = 0; c < total; ++c) {
            const ByteCount begin = ByteCount{c} * sender.digest.chunk_size;
            const auto size =
                std::min<ByteCount>(sender.digest.chunk_size, sender.object.size - begin);
            const auto digest = storage::digest_of(DigestAlgorithm::xxh3_128,
                                                   Bytes(content_.source()).subspan(begin, size));
            digests.insert(digests.end(), digest.span().begin(), digest.span().end());
        }
        wire::Digests message;
        message.transfer = sender.transfer;
        message.object = sender.object.id;
        message.total = total;
        message.digests = digests;
        if (total > 0) hear(sender.application(bytes_of(message)));
    }
    void pass(Duration most) {
        now_ = fuzz::wake(*core_, now_, most);
        settle();
    }
    /// The worker has come to it.
    void perform() {
        if (!store_) return;
        StoreOutcome outcome;
        const auto done = store_->perform(job_, outcome);
        // The core orders nothing that cannot be done.
        if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
        EXPECT_ALWAYS(done.has_value());
        job_.clear();
        for (const Verdict& verdict : outcome.verdicts)
            core_->verdict(now_, verdict.chunk, verdict.good);
        for (const OutputTask& task : outcome.tasks) {
            const auto result = writer_.run(task);
            EXPECT_ALWAYS(result.has_value());
            if (const auto* released = std::get_if<Released>(&*result))
                core_->released(released->offset);
            if (const auto* finished = std::get_if<Finished>(&*result)) finish(*finished);
        }
        settle();
    }

    FakeSender sender;

  private:
    void settle() {
        fuzz::settle(*core_, now_, [&] {
            for (ReceiverAction action; core_->poll_action(action);) {
                if (auto* order = std::get_if<Order>(&action))
                    job_.add(std::move(*order));
                else if (std::get<ReceiverEvent>(action).kind == ReceiverEvent::Kind::offered)
                    open();
            }
        });
    }
    void open() {
        const OfferInfo& offer = core_->offer();
        std::unique_ptr<storage::Sink> sink;
        if (ordered_) {
            pipe_ = ::memfd_create("output", MFD_CLOEXEC);
            auto outlet = storage::DescriptorOutlet::create(pipe_);
            EXPECT_ALWAYS(outlet.has_value());
            auto created =
                storage::PipeSink::create(std::move(*outlet), offer.object.size, window_);
            EXPECT_ALWAYS(created.has_value());
            sink = std::move(*created);
        } else {
            sink = std::make_unique<mcast::test::MemorySink>(log_, offer.object.size);
        }
        store_ = std::make_unique<ContentStore>(writer_.adopt(std::move(sink)), offer.object,
                                                offer.digest);
        core_->accept(now_, store_->window());
    }
    void finish(const Finished& finished) {
        std::vector<std::uint8_t> held = log_.content;
        if (ordered_) {
            held.resize(sender.object.size + 1);
            const auto got = ::pread(pipe_, held.data(), held.size(), 0);
            held.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        }
        EXPECT_ALWAYS(held == content_.source());
        core_->finished(now_, finished.root.span());
    }

    Rng rng_;
    sim::Content content_;
    bool ordered_;
    Time now_ = fuzz::kBegin;
    ByteCount window_ = 0;
    std::unique_ptr<Receiver> core_;
    mcast::test::SinkLog log_;
    int pipe_ = -1;
    OutputWriter writer_;
    std::unique_ptr<ContentStore> store_;
    ReceiveJob job_;
};

void hear_symbols(Reception& reception, Input& input) {
    const auto partition = reception.sender.object.partition();
    if (partition.block_count() == 0) return;
    auto block = static_cast<std::uint32_t>(input.u16() % partition.block_count());
    const unsigned parity = reception.sender.object.parity;
    unsigned symbol = input.u8() % (partition.block_length(block) + parity);
    for (int n = input.u8(); n >= 0; --n) {
        if (symbol >= partition.block_length(block) + parity) {
            if (++block >= partition.block_count()) return;
            symbol = 0;
        }
        reception.hear_symbol(block, static_cast<std::uint16_t>(symbol++), n == 0 ? input.u8() : 0);
    }
}

}  // namespace

// A receiver's storage under what its core makes of symbols in any order, some of them wrong: it
// can do whatever the core orders, and what gets its final name is the content.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    const bool ordered = input.u8() & 1;
    const sim::Scenario scenario = scenario_from(input);
    Reception reception(scenario, ordered, input);
    reception.hear(reception.sender.offer());
    reception.hear(reception.sender.receiver_states(kUs, wire::ReceiverState::joined));
    reception.hear(reception.sender.offer(wire::kOfferStarted));
    for (int n = 0; n < 100 && !input.empty(); ++n) {
        switch (input.u8() & 7) {
            case 0:
                reception.hear_digests();
                break;
            case 1:
                reception.pass(std::chrono::milliseconds(input.u8()));
                break;
            case 2:
                reception.hear(reception.sender.flush());
                break;
            case 3:
                reception.perform();
                break;
            default:
                hear_symbols(reception, input);
                break;
        }
    }
    reception.perform();
    return 0;
}
