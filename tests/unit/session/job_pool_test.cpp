// SPDX-License-Identifier: MIT
#include "session/receive/job_pool.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

constexpr ByteCount kJob = ReceiveJob::kBytes;
using Jobs = std::vector<std::unique_ptr<ReceiveJob>>;

/// A pool that counts its announcements.
struct Counted {
    explicit Counted(std::size_t jobs) : pool([this] { ++announced; }, jobs * kJob) {}

    Jobs take_all() {
        Jobs jobs;
        while (auto job = pool.take()) jobs.push_back(std::move(job));
        return jobs;
    }
    void give_back(Jobs& jobs, bool more) {
        pool.give_back(std::move(jobs.back()), more);
        jobs.pop_back();
    }

    int announced = 0;
    JobPool pool;
};

}  // namespace

TEST_CASE("a pool has as many jobs as fit into its bytes, and two at least", "[session]") {
    CHECK(Counted(5).take_all().size() == 5);
    CHECK(Counted(5).pool.bytes() == 5 * kJob);
    CHECK(Counted(0).take_all().size() == 2);
    CHECK(Counted(0).pool.bytes() == 2 * kJob);
}

TEST_CASE("each job has memory for a whole batch", "[session]") {
    Counted counted(2);
    for (const auto& job : counted.take_all()) CHECK(job->buffer().size() == kJob);
}

TEST_CASE("the job that was used last is taken first, and is empty", "[session]") {
    Counted counted(3);
    auto jobs = counted.take_all();
    const auto* last = jobs.back().get();
    jobs.back()->add(protocol::Order{});
    jobs.back()->used = 9;
    counted.pool.give_back(std::move(jobs.front()), false);
    counted.pool.give_back(std::move(jobs.back()), false);
    const auto again = counted.pool.take();
    CHECK(again.get() == last);
    CHECK(again->empty());
    CHECK(again->used == 0);
}

TEST_CASE("a job that is none of the pool's does not enlarge it", "[session]") {
    Counted counted(2);
    const auto jobs = counted.take_all();
    counted.pool.give_back(JobPool::make(), false);
    counted.pool.give_back(std::make_unique<ReceiveJob>(), false);
    counted.pool.give_back(nullptr, false);
    CHECK_FALSE(counted.pool.take());
}

TEST_CASE("a pool that was dry announces its jobs once", "[session]") {
    Counted counted(2);
    auto jobs = counted.take_all();
    counted.give_back(jobs, false);
    counted.give_back(jobs, false);
    CHECK(counted.announced == 1);
    // Nobody asked in vain: there is nothing to announce.
    auto job = counted.pool.take();
    counted.pool.give_back(std::move(job), false);
    CHECK(counted.announced == 1);
}

TEST_CASE("while more jobs follow, a dry pool waits until a batch of sockets' worth is there",
          "[session]") {
    Counted counted(40);
    auto jobs = counted.take_all();
    for (int i = 0; i < 15; ++i) counted.give_back(jobs, true);
    CHECK(counted.announced == 0);
    counted.give_back(jobs, true);
    CHECK(counted.announced == 1);
}

TEST_CASE("a small pool is announced when it is whole, or when no more jobs follow", "[session]") {
    Counted counted(3);
    auto jobs = counted.take_all();
    counted.give_back(jobs, true);
    CHECK(counted.announced == 0);
    const bool more = GENERATE(true, false);
    if (more) counted.give_back(jobs, true);
    counted.give_back(jobs, more);
    CHECK(counted.announced == 1);
}
