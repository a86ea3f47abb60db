// SPDX-License-Identifier: MIT
#include "session/receive/receive_worker.hpp"

#include <future>
#include <semaphore>

#include "support/catch.hpp"
#include "unit/session/content.hpp"
#include "unit/session/memory_sink.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;
using protocol::Order;
using protocol::Placement;

namespace {

constexpr ByteCount kSize = 8000;
constexpr auto kDeadline = std::chrono::seconds(20);  // a failure bound, never waited for

// A worker whose output can be held back, and what it announces.
class Fixture {
  public:
    explicit Fixture(ByteCount pool = 4 * ReceiveJob::kBytes)
        : content(random_content(kSize, 73)), worker([this] { announced_.release(); }, pool) {}

    ReceiveWorker::Open opener() {
        return open([this] { return std::make_unique<MemorySink>(log, kSize); });
    }
    /// An output whose writing never waits.
    ReceiveWorker::Open prompt_opener() {
        return open([this] {
            auto sink = std::make_unique<MemorySink>(log, kSize);
            sink->prompt = true;
            sink->fail_at_write = fail_at_write;
            sink->unsynced = unsynced;
            return sink;
        });
    }
    /// The worker stands still in open() until go().
    ReceiveWorker::Open held_opener() {
        return open([this] {
            gate_.get_future().wait();
            return std::make_unique<MemorySink>(log, kSize);
        });
    }
    template <typename Make>
    static ReceiveWorker::Open open(Make make) {
        return {object_of(kSize), {}, std::move(make)};
    }
    void go() { gate_.set_value(); }

    std::unique_ptr<ReceiveJob> packet(std::uint32_t number) {
        auto job = worker.take();
        if (!job) return nullptr;
        const auto offset = std::size_t{number} * 100;
        const Placement placement{Placement::Kind::source, 0, 0, offset,
                                  Bytes(content).subspan(offset, 100)};
        REQUIRE(job->gather(placement));
        return job;
    }
    void submit(std::unique_ptr<ReceiveJob> job) {
        std::vector<std::unique_ptr<ReceiveJob>> jobs;
        jobs.push_back(std::move(job));
        worker.submit(jobs);
        CHECK(jobs.empty());
    }
    void submit_order(Order::Kind kind) {
        auto job = ReceiveWorker::take_orders_only();
        job->add(Order{.kind = kind});
        submit(std::move(job));
    }
    /// Waits until a result of that kind has come.
    template <typename Kind>
    Kind await() {
        std::vector<WorkResult> results;
        for (;;) {
            worker.take_results(results);
            for (auto& result : results) {
                if (auto* found = std::get_if<Kind>(&result)) return std::move(*found);
            }
            REQUIRE(announced_.try_acquire_for(kDeadline));
        }
    }
    bool await_announcement() { return announced_.try_acquire_for(kDeadline); }

    std::vector<std::uint8_t> content;
    SinkLog log;
    std::size_t fail_at_write = ~std::size_t{0};
    ByteCount unsynced = 0;

  private:
    std::promise<void> gate_;
    std::counting_semaphore<> announced_{0};

  public:
    ReceiveWorker worker;
};

}  // namespace

TEST_CASE("the worker opens the output, writes what comes and finishes it", "[session]") {
    Fixture f;
    f.worker.open(f.opener());
    CHECK(f.await<Opened>().window == std::nullopt);
    for (std::uint32_t i = 0; i < kSize / 100; ++i) {
        auto job = f.packet(i);
        while (!job) {
            REQUIRE(f.await_announcement());
            job = f.packet(i);
        }
        f.submit(std::move(job));
    }
    f.submit_order(Order::Kind::finish);
    CHECK(f.await<Finished>().path == "/final");
    CHECK(f.log.content == f.content);
    CHECK(f.worker.backlog() == 0);
}

TEST_CASE("what goes to memory is stored by submit itself, and only the end is handed over",
          "[session]") {
    Fixture f;
    f.worker.open(f.prompt_opener());
    f.await<Opened>();
    for (std::uint32_t i = 0; i < kSize / 100; ++i) {
        auto job = f.packet(i);
        REQUIRE(job);  // given back at once: the pool of four never runs dry
        f.submit(std::move(job));
        CHECK(f.log.writes == i + 1);
    }
    CHECK(f.log.content == f.content);
    f.submit_order(Order::Kind::finish);
    CHECK(f.await<Finished>().path == "/final");
}

TEST_CASE("a failure to store in memory is told, and nothing is written after it", "[session]") {
    Fixture f;
    f.fail_at_write = 1;
    f.worker.open(f.prompt_opener());
    f.await<Opened>();
    for (std::uint32_t i = 0; i < 3; ++i) f.submit(f.packet(i));
    CHECK(f.worker.has_own_results());
    CHECK(f.await<Failed>().error.code == ErrorCode::no_space);
    CHECK(f.log.writes == 2);
}

TEST_CASE("an output in memory that was abandoned while it opened is not touched", "[session]") {
    Fixture f;
    f.worker.open(f.prompt_opener());
    REQUIRE(f.await_announcement());  // it is open, but nobody has taken the news
    f.worker.abandon();
    f.await<Abandoned>();
    f.submit(f.packet(0));
    CHECK(f.log.writes == 0);
    CHECK(f.log.abandoned);
}

TEST_CASE("an output that cannot be opened is told, and later work is dropped", "[session]") {
    Fixture f;
    f.worker.open(f.open([]() -> Result<std::unique_ptr<storage::Sink>> {
        return fail(ErrorCode::exists, "it is there already");
    }));
    CHECK(f.await<Failed>().error.code == ErrorCode::exists);
    f.submit(f.packet(0));
    f.worker.abandon();
    f.await<Abandoned>();
    CHECK(f.log.writes == 0);
}

TEST_CASE("packets that wait for the disk share buffers and count as backlog", "[session]") {
    Fixture f;
    f.worker.open(f.held_opener());
    for (std::uint32_t i = 0; i < 80; ++i) {
        auto job = f.packet(i);
        REQUIRE(job);
        f.submit(std::move(job));
    }
    CHECK(f.worker.backlog() == 8000);
    f.go();
    f.submit_order(Order::Kind::finish);
    f.await<Finished>();
    CHECK(f.log.content == f.content);
}

TEST_CASE("once all is written the backlog is what the disk has yet to take", "[session]") {
    Fixture f;
    f.unsynced = 5000;
    CHECK(f.worker.backlog() == 0);
    f.worker.open(f.prompt_opener());
    f.await<Opened>();
    CHECK(f.worker.backlog() == 5000);
}

TEST_CASE("a dry pool gives nothing and announces when buffers are back", "[session]") {
    Fixture f(2 * ReceiveJob::kBytes);
    auto first = f.worker.take();
    auto second = f.worker.take();
    REQUIRE(first);
    REQUIRE(second);
    CHECK_FALSE(f.worker.take());
    f.worker.give_back(std::move(first));
    CHECK(f.await_announcement());
    CHECK(f.worker.take());
}

TEST_CASE("memory beyond the pool does not make the pool larger", "[session]") {
    Fixture f(2 * ReceiveJob::kBytes);
    f.worker.give_back(ReceiveWorker::take_beyond_pool());
    auto first = f.worker.take();
    auto second = f.worker.take();
    CHECK(first);
    CHECK(second);
    CHECK_FALSE(f.worker.take());
}

TEST_CASE("abandoning drops what is queued, interrupts the sink and puts it away", "[session]") {
    Fixture f;
    f.worker.open(f.held_opener());
    f.submit(f.packet(0));
    f.worker.abandon();
    f.go();
    f.await<Abandoned>();
    CHECK(f.log.writes == 0);
    CHECK(f.log.interrupted);
    CHECK(f.log.abandoned);
}

TEST_CASE("abandoning tells where what was received is left", "[session]") {
    Fixture f;
    f.worker.open(f.opener());
    f.await<Opened>();
    f.submit(f.packet(0));
    f.submit_order(Order::Kind::release);
    f.await<Released>();
    f.worker.abandon();
    CHECK(f.await<Abandoned>().part == "/part");
}

TEST_CASE("a worker that never opened anything answers abandon all the same", "[session]") {
    Fixture f;
    f.worker.abandon();
    f.await<Abandoned>();
}

TEST_CASE("jobs that were joined keep their orders behind the content before them", "[session]") {
    Fixture f;
    auto job = f.packet(0);
    auto later = f.packet(1);
    later->add(Order{.kind = Order::Kind::finish});
    REQUIRE(job->absorb(*later));
    REQUIRE(job->pieces.size() == 2);
    CHECK(job->orders.at(0).after == 2);
    CHECK(job->payload == 200);
    CHECK(std::ranges::equal(job->content(job->pieces[1]), Bytes(f.content).subspan(100, 100)));
}
