// SPDX-License-Identifier: MIT
#include "session/receive/receive_job.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "session/receive/job_pool.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

protocol::Placement content(Bytes payload, ByteCount offset) {
    protocol::Placement placement;
    placement.kind = protocol::Placement::Kind::source;
    placement.offset = offset;
    placement.payload = payload;
    return placement;
}

const std::vector<std::uint8_t> kOne{'o', 'n', 'e'};
const std::vector<std::uint8_t> kThree{'t', 'h', 'r', 'e', 'e'};

std::string text(const ReceiveJob& job, std::size_t piece) {
    const auto bytes = job.content(job.pieces.at(piece));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("content of the job's own memory is not copied", "[session]") {
    const auto job = JobPool::make();
    std::ranges::copy(kThree, job->bytes.get() + 100);
    job->add(content(job->buffer().subspan(100, 5), 4000));
    CHECK(text(*job, 0) == "three");
    CHECK(job->content(job->pieces[0]).data() == job->bytes.get() + 100);
    CHECK(job->pieces[0].offset == 4000);
    CHECK(job->payload == 5);
}

TEST_CASE("content from elsewhere is copied, as long as there is room", "[session]") {
    const auto job = JobPool::make();
    CHECK(job->gather(content(kOne, 0)));
    CHECK(job->gather(content(kThree, 3)));
    CHECK(text(*job, 0) == "one");
    CHECK(text(*job, 1) == "three");
    CHECK(job->used == 8);
    job->used = ReceiveJob::kBytes - 4;
    CHECK_FALSE(job->gather(content(kThree, 8)));
    CHECK(job->gather(content(kOne, 8)));
    CHECK(job->pieces.size() == 3);
    CHECK(job->payload == 11);
}

TEST_CASE("a job without memory takes orders alone", "[session]") {
    ReceiveJob job;
    CHECK(job.buffer().empty());
    CHECK_FALSE(job.gather(content(kOne, 0)));
    CHECK(job.empty());
    job.add(protocol::Order{});
    CHECK_FALSE(job.empty());
}

TEST_CASE("a job that absorbs a later one has its content and orders behind its own", "[session]") {
    const auto job = JobPool::make();
    const auto later = JobPool::make();
    REQUIRE(job->gather(content(kOne, 0)));
    job->add(protocol::Order{});
    later->add(protocol::Order{});
    REQUIRE(later->gather(content(kThree, 3)));
    later->add(protocol::Order{});
    REQUIRE(job->absorb(*later));
    CHECK(text(*job, 1) == "three");
    CHECK(job->payload == 8);
    CHECK(job->used == 8);
    REQUIRE(job->orders.size() == 3);
    CHECK(job->orders[0].after == 1);
    CHECK(job->orders[1].after == 1);
    CHECK(job->orders[2].after == 2);
}

TEST_CASE("a job without room absorbs nothing", "[session]") {
    const auto job = JobPool::make();
    const auto later = JobPool::make();
    REQUIRE(later->gather(content(kThree, 0)));
    job->used = ReceiveJob::kBytes - 4;
    CHECK_FALSE(job->absorb(*later));
    CHECK(job->empty());
    ReceiveJob without;
    CHECK_FALSE(without.absorb(*later));
}

TEST_CASE("a job that is cleared keeps its memory and nothing else", "[session]") {
    const auto job = JobPool::make();
    REQUIRE(job->gather(content(kOne, 0)));
    job->add(protocol::Order{});
    job->clear();
    CHECK(job->empty());
    CHECK(job->used == 0);
    CHECK(job->payload == 0);
    CHECK(job->buffer().size() == ReceiveJob::kBytes);
}

TEST_CASE("a job with zeros stays by itself, so that each is seen to be done", "[session]") {
    const auto job = JobPool::make();
    const auto later = JobPool::make();
    later->add(protocol::Order{.kind = protocol::Order::Kind::zeros, .offset = 100, .end = 700});
    CHECK(later->zeros == 600);
    CHECK_FALSE(job->absorb(*later));
    REQUIRE(job->gather(content(kThree, 0)));
    later->clear();
    CHECK(later->zeros == 0);
    CHECK(job->absorb(*later));
}
