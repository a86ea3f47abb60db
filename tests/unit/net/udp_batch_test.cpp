// SPDX-License-Identifier: MIT
// What goes in comes out, whichever way the batches are moved.
#include <cerrno>
#include <cstdlib>

#include <netinet/udp.h>
#include <sys/syscall.h>

#include "namespace.hpp"
#include "net/udp_socket.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"
#include "support/sandbox.hpp"

using namespace mcast::net;

namespace {

/// A sender and a member of a fresh group on loopback.
struct Pair {
    explicit Pair(bool offload = true)
        : sender(open_socket({.group = group, .interface = loopback(), .offload = offload})),
          member(open_socket(
              {.group = group, .interface = loopback(), .join = true, .offload = offload})) {}

    /// Sends and receives; the member has it all, in order, unchanged.
    Inbox carry(const TestRun& out) {
        send_all(sender, group, out.run());
        Inbox in;
        in.collect(member, out.run().count);
        CHECK((in.datagrams == out.datagrams()));
        CHECK(in.from == sender.local());
        return in;
    }

    Endpoint group = fresh_group();
    UdpSocket sender;
    UdpSocket member;
};

struct PlainBatches {
    PlainBatches() { setenv("MCAST_BATCH", "plain", 1); }
    ~PlainBatches() { unsetenv("MCAST_BATCH"); }
};

const TestRun kFull(44, 1472, 1472);

}  // namespace

TEST_CASE("a run of equal datagrams crosses as one batch", "[net]") {
    Pair pair;
    if (!pair.sender.offloads()) {
        WARN("skipped: this kernel has no UDP_SEGMENT");
        return;
    }
    CHECK(pair.carry(kFull).slots == 1);
}

TEST_CASE("the last datagram of a run may be shorter", "[net]") {
    const auto last = GENERATE(std::size_t{1}, std::size_t{8}, std::size_t{9}, std::size_t{1471});
    Pair pair;
    pair.carry(TestRun(20, 1472, last));
}

TEST_CASE("a run of one datagram is that datagram", "[net]") {
    Pair pair;
    CHECK(pair.carry(TestRun(1, 1472, 1472)).slots == 1);
}

TEST_CASE("a run beyond 64 datagrams or 65507 bytes is split", "[net]") {
    Pair pair;
    CHECK(pair.carry(TestRun(200, 100, 60)).slots == 4);
    CHECK(pair.carry(TestRun(100, 1472, 9)).slots == 3);
    CHECK(pair.carry(TestRun(3, 40000, 40000)).slots == 3);
}

TEST_CASE("without offload each datagram arrives by itself", "[net]") {
    Pair pair(false);
    CHECK(!pair.sender.offloads());
    CHECK(pair.carry(TestRun(100, 1472, 7)).slots == 100);
}

TEST_CASE("a receiver without offload gets what is sent with it", "[net]") {
    Pair pair;
    auto single =
        open_socket({.group = pair.group, .interface = loopback(), .join = true, .offload = false});
    pair.carry(kFull);
    Inbox in;
    in.collect(single, 44);
    CHECK((in.datagrams == kFull.datagrams()));
    CHECK(in.slots == 44);
}

TEST_CASE("one by one the same comes out", "[net]") {
    const PlainBatches plain;
    Pair pair;
    CHECK(!pair.sender.offloads());
    CHECK(pair.carry(TestRun(100, 1472, 7)).slots == 100);
}

TEST_CASE("where segmentation is refused the run goes all the same, now and later", "[net]") {
    Pair pair;
    if (!pair.sender.offloads()) return;
    // The kernel does not segment for a socket that sends without checksums.
    const int one = 1;
    REQUIRE(setsockopt(pair.sender.fd(), SOL_SOCKET, SO_NO_CHECK, &one, sizeof one) == 0);
    CHECK(pair.carry(kFull).slots == 44);
    CHECK(!pair.sender.offloads());
    const int zero = 0;
    REQUIRE(setsockopt(pair.sender.fd(), SOL_SOCKET, SO_NO_CHECK, &zero, sizeof zero) == 0);
    CHECK(pair.carry(kFull).slots == 44);
}

TEST_CASE("a batch call that a sandbox refuses gives way to plain calls", "[net]") {
    const int error = GENERATE(ENOSYS, EPERM, EACCES, EOPNOTSUPP, EINVAL);
    const bool offload = GENERATE(true, false);
    in_sandbox({{SYS_sendmmsg}, {SYS_recvmmsg}}, error, [&] {
        Pair pair(offload);
        std::vector<ReceiveSlot> room(1);
        const auto nothing = pair.member.receive(room);
        REQUIRE(nothing);
        CHECK(*nothing == 0);
        pair.carry(TestRun(1, 60, 60));
        pair.carry(kFull);
        pair.carry(TestRun(100, 1472, 7));
    });
}

TEST_CASE("what goes with one call does, where single datagrams cannot", "[net]") {
    const int error = GENERATE(EPERM, EIO, EOPNOTSUPP, ENOPROTOOPT, EINVAL);
    in_sandbox({{SYS_sendmsg}, {SYS_recvmsg}}, error, [] {
        Pair pair;
        if (!pair.sender.offloads()) return;
        CHECK(pair.carry(kFull).slots == 44);
        CHECK(!pair.sender.offloads());
    });
}

TEST_CASE("each batch call gives way alone", "[net]") {
    in_sandbox({{SYS_sendmmsg}}, EPERM, [] {
        Pair pair;
        const bool segments = pair.sender.offloads();
        pair.carry(TestRun(1, 60, 60));
        CHECK(pair.sender.offloads() == segments);
        if (segments) CHECK(pair.carry(kFull).slots == 1);
    });
    in_sandbox({{SYS_recvmmsg}}, EPERM, [] {
        Pair pair(false);
        CHECK(pair.carry(kFull).slots == 44);
    });
}

TEST_CASE("a socket does without the options that a sandbox refuses", "[net]") {
    in_sandbox({{SYS_setsockopt, SO_RXQ_OVFL},
                {SYS_setsockopt, IP_MULTICAST_ALL},
                {SYS_setsockopt, IP_MULTICAST_LOOP},
                {SYS_setsockopt, IP_MTU_DISCOVER},
                {SYS_setsockopt, UDP_GRO},
                {SYS_getsockopt}},
               EPERM, [] { Pair().carry(kFull); });
}

TEST_CASE("a firewall is blamed where plain calls are refused as well", "[net]") {
    in_sandbox({{SYS_sendmmsg}, {SYS_sendmsg}}, EPERM, [] {
        const Endpoint group = fresh_group();
        auto sender = open_socket({.group = group, .interface = loopback()});
        const auto refused = sender.send(group, kFull.run());
        REQUIRE(!refused);
        CHECK_THAT(refused.error().message, Catch::Contains("firewall"));
    });
}

TEST_CASE("a full send buffer blocks, and the rest goes when there is room", "[net]") {
    const bool offload = GENERATE(true, false);
    in_namespace([&] {
        // Loopback takes all at once; a slow link keeps what it holds in the sender's account.
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip link set b0 up; ip link set a0 up");
        run("tc qdisc add dev a0 root tbf rate 100mbit burst 20k limit 10m");
        const Endpoint group = fresh_group();
        const Interface a0 = interface_named("a0");
        auto member = open_socket({.group = group, .interface = a0, .join = true});
        auto sender = open_socket({.group = group, .interface = a0, .offload = offload});
        sender.set_send_buffer(50'000);
        const TestRun out(300, 1472, 1472);
        const auto sent = sender.send(group, out.run());
        REQUIRE(sent);
        CHECK(sent->blocked);
        CHECK(sent->datagrams > 0);
        CHECK(sent->datagrams < 300);
        send_all(sender, group, out.run().after(sent->datagrams));
        Inbox in;
        in.collect(member, 300);
        CHECK((in.datagrams == out.datagrams()));
    });
}

TEST_CASE("a datagram larger than the buffer of its slot is skipped, not cut", "[net]") {
    Pair pair(false);
    send_all(pair.sender, pair.group, TestRun(1, 500, 500).run());
    send_all(pair.sender, pair.group, TestRun(1, 60, 60).run());
    std::vector<std::uint8_t> memory(200);
    std::vector<ReceiveSlot> room(2);
    room[0].buffer = std::span(memory).first(100);
    room[1].buffer = std::span(memory).last(100);
    const auto got = pair.member.receive(room);
    REQUIRE(got);
    REQUIRE(*got == 2);
    CHECK(room[0].length == 0);
    CHECK(room[1].length == 60);
}
