// SPDX-License-Identifier: MIT
#include "session/send/send_helper_thread.hpp"

#include <cerrno>
#include <thread>
#include <vector>

#include <sys/syscall.h>

#include "session/loop/channel.hpp"
#include "support/catch.hpp"
#include "support/sandbox.hpp"
#include "unit/session/loopback.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

namespace {

constexpr std::chrono::seconds kDeadline{20};  // a failure bound, never waited for

// Datagrams of 100 bytes, or of what is asked for, all zero.
struct Zeros {
    explicit Zeros(std::size_t count, std::size_t size = 100)
        : memory(size), pieces(count, {memory.data(), size}), run{pieces, size, count, 1} {}

    std::vector<std::uint8_t> memory;
    std::vector<iovec> pieces;
    net::Run run;
};

struct Pair {
    Pair() {
        const auto network = loopback_network();
        group = *net::Endpoint::parse(network.group, network.port);
        options.group = group;
        options.interface = choose_place(network).value().decision.choice->interface;
    }

    net::UdpSocket open(bool join) {
        options.join = join;
        auto socket = net::UdpSocket::open(options);
        REQUIRE(socket);
        return std::move(*socket);
    }

    net::Endpoint group;
    net::SocketOptions options;
};

Result<net::SendOutcome> outcome_of(SendHelperThread& aside) {
    auto outcome = aside.take();
    for (; !outcome; outcome = aside.take()) std::this_thread::yield();
    return *outcome;
}

std::size_t count_received(net::UdpSocket& socket, std::size_t wanted) {
    BatchReader slots;
    std::size_t count = 0;
    while (count < wanted && readable(socket, kDeadline)) {
        REQUIRE(slots.receive(socket, [&](Bytes, const net::Endpoint&) { ++count; }));
    }
    return count;
}

}  // namespace

TEST_CASE("each run that is given goes out once, and its outcome is told once", "[session]") {
    Pair pair;
    const auto own = pair.open(false);
    auto member = pair.open(true);
    SendHelperThread aside(std::move(*own.twin()), pair.group);
    CHECK_FALSE(aside.take().has_value());
    const Zeros zeros(8);
    for (int i = 0; i < 2; ++i) {
        aside.give(zeros.run);
        const auto outcome = outcome_of(aside);
        REQUIRE(outcome);
        CHECK(outcome->datagrams == 8);
        CHECK_FALSE(outcome->blocked);
        CHECK_FALSE(aside.take().has_value());
    }
    CHECK(count_received(member, 16) == 16);
    CHECK_FALSE(readable(member, std::chrono::milliseconds(0)));
}

TEST_CASE("what keeps a given run from going out is told to who gave it", "[session]") {
    Pair pair;
    const auto own = pair.open(false);
    SendHelperThread aside(std::move(*own.twin()), pair.group);
    aside.give(Zeros(1, net::kMaxDatagram + 1).run);
    const auto outcome = outcome_of(aside);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::network);
}

TEST_CASE("where no thread can be started the run goes out all the same", "[session]") {
    Pair pair;
    const auto own = pair.open(false);
    auto member = pair.open(true);
    SendHelperThread aside(std::move(*own.twin()), pair.group);
    const Zeros zeros(8);
    in_sandbox({{SYS_clone}, {SYS_clone3}}, EAGAIN, [&] {
        aside.give(zeros.run);
        const auto outcome = outcome_of(aside);
        REQUIRE(outcome);
        CHECK(outcome->datagrams == 8);
    });
    aside.give(zeros.run);
    CHECK(outcome_of(aside));
}

TEST_CASE("who ends while a run is given does not wait for anybody", "[session]") {
    Pair pair;
    const auto own = pair.open(false);
    const Zeros zeros(8);
    SendHelperThread aside(std::move(*own.twin()), pair.group);
    aside.give(zeros.run);
}
