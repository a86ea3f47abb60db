// SPDX-License-Identifier: MIT
#include "crypto/own_stream.hpp"

#include <chrono>

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace mcast::crypto;
using namespace std::chrono_literals;
using mcast::Time;

namespace {

const Time kStart = Time{} + 100s;

/// What a child process gets that goes on with `stream`.
OwnStream::Range taken_by_child(OwnStream& stream) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    OwnStream::Range range;
    if (child == 0) {
        range = stream.take(kStart, 1);
        ::_exit(::write(ends[1], &range, sizeof range) == sizeof range ? 0 : 1);
    }
    REQUIRE(::read(ends[0], &range, sizeof range) == sizeof range);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ::close(ends[0]);
    ::close(ends[1]);
    return range;
}

}  // namespace

TEST_CASE("no counter is given out twice, whatever is drawn anew", "[crypto][stream]") {
    auto stream = OwnStream::draw().value();
    std::uint64_t next = 0;
    for (int i = 0; i < 10; ++i) {
        CHECK(stream.take(kStart + i * 300ms, 44).first == next);
        next += 44;
    }
}

TEST_CASE("each second the stream has another part, in the same session", "[crypto][stream]") {
    auto stream = OwnStream::draw().value();
    const auto first = stream.take(kStart, 1).stream;
    CHECK(stream.take(kStart + 999ms, 1).stream == first);
    const auto second = stream.take(kStart + 1s, 1).stream;
    CHECK(second.session == first.session);
    CHECK(second.part != first.part);
}

TEST_CASE("a session has 48 random bits", "[crypto][stream]") {
    const auto one = OwnStream::draw().value();
    const auto other = OwnStream::draw().value();
    CHECK(one.session() != other.session());
    CHECK(one.session() >> 48 == 0);
}

TEST_CASE("a child process has another session and another part", "[crypto][stream]") {
    auto stream = OwnStream::draw().value();
    const auto before = stream.take(kStart, 1);
    const auto child = taken_by_child(stream);
    CHECK(child.stream.session != before.stream.session);
    CHECK(child.stream.part != before.stream.part);
    CHECK(child.stream.part != 0);
    const auto after = stream.take(kStart, 1);
    CHECK(after.stream == before.stream);
    CHECK(after.first == 1);
}
