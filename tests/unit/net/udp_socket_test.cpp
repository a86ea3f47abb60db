// SPDX-License-Identifier: MIT
#include "net/udp_socket.hpp"

#include <array>
#include <cstring>

#include <fcntl.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sys/mman.h>

#include "namespace.hpp"
#include "os/unique_fd.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using mcast::ErrorCode;

namespace {

SocketOptions on_loopback(const Endpoint& group, bool join) {
    return {.group = group, .interface = loopback(), .join = join};
}

bool readable(const UdpSocket& socket) {
    pollfd waiting{socket.fd(), POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;
}

const TestRun kOne(1, 100, 100);

/// Hears the IGMPv3 reports that reach an interface of this namespace.
class Reports {
  public:
    Reports(const std::string& interface, const Endpoint& group)
        : fd_(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP))), group_(group) {
        sockaddr_ll at{};
        at.sll_family = AF_PACKET;
        at.sll_protocol = htons(ETH_P_IP);
        at.sll_ifindex = static_cast<int>(interface_named(interface).index);
        REQUIRE(bind(fd_.get(), static_cast<sockaddr*>(static_cast<void*>(&at)), sizeof at) == 0);
    }

    /// The type of the next record that is about the group (RFC 3376 section 4.2.12); 0: none
    /// comes.
    int next() {
        for (;;) {
            pollfd waiting{fd_.get(), POLLIN, 0};
            if (poll(&waiting, 1, kPatienceMs) <= 0) return 0;
            std::array<std::uint8_t, 256> packet{};
            const auto size = recv(fd_.get(), packet.data(), packet.size(), 0);
            const std::size_t igmp = 4U * (packet[0] & 15U);
            if (size < 40 || packet[9] != IPPROTO_IGMP || packet[igmp] != 0x22) continue;
            // One record is all that this network has to tell of.
            if (std::memcmp(&packet[igmp + 12], &group_.v4(), 4) == 0) return packet[igmp + 8];
        }
    }

  private:
    mcast::UniqueFd fd_;
    Endpoint group_;
};
constexpr int kChangeToExclude = 4;

}  // namespace

TEST_CASE("a member is bound to the group, a sender to its interface and a port", "[net]") {
    const Endpoint group = fresh_group();
    CHECK(open_socket(on_loopback(group, true)).local() == group);
    const auto sender = open_socket(on_loopback(group, false));
    CHECK(sender.local().address_string() == "127.0.0.1");
    CHECK(sender.local().port() != 0);
}

TEST_CASE("every member on the machine gets a copy, and nobody of another group", "[net]") {
    const Endpoint group = fresh_group();
    Endpoint other = fresh_group();
    while (other.same_address(group)) other = fresh_group();
    auto sender = open_socket(on_loopback(group, false));
    auto first = open_socket(on_loopback(group, true));
    auto second = open_socket(on_loopback(group, true));
    auto stranger = open_socket(on_loopback(other.with_port(group.port()), true));
    send_all(sender, group, kOne.run());
    Inbox one;
    Inbox two;
    one.collect(first, 1);
    two.collect(second, 1);
    CHECK((one.datagrams == kOne.datagrams()));
    CHECK((two.datagrams == kOne.datagrams()));
    CHECK(!readable(stranger));
}

TEST_CASE("an answer by unicast reaches the sender", "[net]") {
    const Endpoint group = fresh_group();
    auto sender = open_socket(on_loopback(group, false));
    auto member = open_socket(on_loopback(group, true));
    send_all(member, sender.local(), kOne.run());
    Inbox in;
    in.collect(sender, 1);
    CHECK((in.datagrams == kOne.datagrams()));
    CHECK(in.from.port() == group.port());
}

TEST_CASE("what a socket's twin sends comes from the socket's own port", "[net]") {
    const Endpoint group = fresh_group();
    const auto sender = open_socket(on_loopback(group, false));
    auto member = open_socket(on_loopback(group, true));
    auto twin = sender.twin();
    REQUIRE(twin);
    CHECK(twin->fd() != sender.fd());
    send_all(*twin, group, kOne.run());
    Inbox in;
    in.collect(member, 1);
    CHECK((in.datagrams == kOne.datagrams()));
    CHECK(in.from == sender.local());
}

TEST_CASE("receiving from an empty socket gives nothing at once", "[net]") {
    auto member = open_socket(on_loopback(fresh_group(), true));
    std::vector<std::uint8_t> memory(kSlotBytes);
    ReceiveSlot slot{.buffer = memory, .length = 0, .segment = 0, .from = {}};
    CHECK(member.receive({&slot, 1}).value() == 0);
}

TEST_CASE("a group of IPv6 works as one of IPv4, link-local or not", "[net]") {
    const bool link_local = GENERATE(false, true);
    in_namespace([&] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("sysctl -qw net.ipv6.conf.a0.accept_dad=0; ip -6 addr add fd00::1/64 dev a0 nodad");
        run("ip link set b0 up; ip link set a0 up");
        await_carrier("a0", true);
        const Endpoint group =
            link_local ? Endpoint::parse("ff02::77", 7000).value() : fresh_group(true);
        await_route("a0", group);
        const Interface a0 = interface_named("a0");
        auto sender = open_socket({.group = group, .interface = a0});
        auto member = open_socket({.group = group, .interface = a0, .join = true});
        CHECK(sender.local().address_string() == "fd00::1");
        const TestRun out(40, 1452, 17);
        send_all(sender, group, out.run());
        Inbox in;
        in.collect(member, 40);
        CHECK((in.datagrams == out.datagrams()));
        CHECK(in.from == sender.local());
    });
}

TEST_CASE("a sender and a receiver on one machine meet on a real interface too", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip link set b0 up; ip link set a0 up");
        const Endpoint group = fresh_group();
        const Interface a0 = interface_named("a0");
        auto sender = open_socket({.group = group, .interface = a0});
        auto member = open_socket({.group = group, .interface = a0, .join = true});
        const TestRun out(44, 1472, 1472);
        send_all(sender, group, out.run());
        Inbox in;
        in.collect(member, 44);
        CHECK((in.datagrams == out.datagrams()));
    });
}

TEST_CASE("a member of the group on another interface does not hear this one", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.6.0.1/24 dev b0");
        run("ip link set b0 up; ip link set a0 up");
        const Endpoint group = fresh_group();
        auto sender = open_socket(on_loopback(group, false));
        auto here = open_socket(on_loopback(group, true));
        auto elsewhere =
            open_socket({.group = group, .interface = interface_named("a0"), .join = true});
        send_all(sender, group, kOne.run());
        Inbox in;
        in.collect(here, 1);
        CHECK(in.datagrams.size() == 1);
        CHECK(!readable(elsewhere));
    });
}

TEST_CASE("a membership is announced anew by the report of a join, and nothing is lost", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.5.0.2/24 dev b0");
        run("sysctl -qw net.ipv4.igmp_qrv=1");  // each change is reported once
        run("sysctl -qw net.ipv4.conf.a0.accept_local=1 net.ipv4.conf.all.rp_filter=0");
        run("sysctl -qw net.ipv4.conf.a0.rp_filter=0");
        run("ip link set b0 up; ip link set a0 up");
        await_carrier("a0", true);
        await_carrier("b0", true);
        const Endpoint group = fresh_group();
        Reports reports("b0", group);
        auto member =
            open_socket({.group = group, .interface = interface_named("a0"), .join = true});
        auto sender = open_socket({.group = group, .interface = interface_named("b0")});
        CHECK(reports.next() == kChangeToExclude);
        member.announce_membership(sender.local());
        CHECK(reports.next() == kChangeToExclude);
        const TestRun out(3, 100, 100);
        send_all(sender, group, out.run());
        Inbox in;
        in.collect(member, 3);
        CHECK((in.datagrams == out.datagrams()));
    });
}

TEST_CASE("packets beyond the MTU are refused, not fragmented, with or without offload", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 mtu 1400 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip link set b0 up; ip link set a0 up");
        const Endpoint group = Endpoint::parse("239.255.1.2", 7000).value();
        for (const bool offload : {true, false}) {
            auto sender = open_socket(
                {.group = group, .interface = interface_named("a0"), .offload = offload});
            const bool offloads = sender.offloads();
            for (const std::size_t count : {1U, 10U}) {
                const auto sent = sender.send(group, TestRun(count, 1373, 1373).run());
                REQUIRE(!sent);
                CHECK(sent.error().code == ErrorCode::network);
                CHECK(sent.error().message ==
                      "cannot send to 239.255.1.2:7000 on interface a0: packets of 1373 bytes "
                      "exceed its MTU");
            }
            CHECK(sender.offloads() == offloads);
            send_all(sender, group, TestRun(10, 1372, 1372).run());
        }
    });
}

TEST_CASE("an interface that goes down is named in the error", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip link set b0 up; ip link set a0 up");
        const Endpoint group = fresh_group();
        auto sender = open_socket({.group = group, .interface = interface_named("a0")});
        run(GENERATE("ip link set a0 down", "ip link del a0"));
        const auto sent = sender.send(group, kOne.run());
        REQUIRE(!sent);
        CHECK(sent.error().code == ErrorCode::network);
        CHECK(sent.error().message.find("on interface a0: ") != std::string::npos);
    });
}

TEST_CASE("a firewall of this machine is blamed by its name", "[net]") {
    in_namespace([] {
        run("ip link set lo up");
        run("nft add table ip t; nft 'add chain ip t o { type filter hook output priority 0; }'; "
            "nft add rule ip t o udp dport 7000 drop");
        const Endpoint group = Endpoint::parse("239.255.1.2", 7000).value();
        auto sender = open_socket(on_loopback(group, false));
        const auto sent = sender.send(group, kOne.run());
        REQUIRE(!sent);
        CHECK(sent.error().message ==
              "cannot send to 239.255.1.2:7000 on interface lo: a firewall on this machine refuses "
              "it");
    });
}

TEST_CASE("a peer whose port is closed does not disturb the sender", "[net]") {
    const Endpoint group = fresh_group();
    auto sender = open_socket(on_loopback(group, false));
    Endpoint closed = open_socket(on_loopback(group, false)).local();
    for (int i = 0; i < 3; ++i) send_all(sender, closed, kOne.run());
    std::vector<std::uint8_t> memory(kSlotBytes);
    ReceiveSlot slot{.buffer = memory, .length = 0, .segment = 0, .from = {}};
    CHECK(sender.receive({&slot, 1}).value() == 0);
}

TEST_CASE("a sender that hears of it is not kept awake by a peer whose port is closed", "[net]") {
    auto options = on_loopback(fresh_group(), false);
    options.tell_drops = true;
    auto sender = open_socket(options);
    const auto gone = Endpoint::parse("127.0.0.1", 1).value();
    send_all(sender, gone, kOne.run());
    send_all(sender, gone, kOne.run());
    std::vector<std::uint8_t> memory(kSlotBytes);
    ReceiveSlot slot{.buffer = memory, .length = 0, .segment = 0, .from = {}};
    CHECK(sender.receive({&slot, 1}).value() == 0);
    pollfd waiting{sender.fd(), POLLIN, 0};
    CHECK(poll(&waiting, 1, 0) == 0);
}

TEST_CASE("a device's queue that is full blocks as a full socket does, and loses nothing",
          "[net]") {
    const bool told = GENERATE(true, false);
    in_namespace([&] {
        run("ip link add a0 type veth peer name b0; ip addr add 10.1.0.1/24 dev a0");
        run("ip link set a0 up; ip link set b0 up");
        run("tc qdisc add dev a0 root tbf rate 8kbit burst 2k limit 8k");
        const Endpoint group = fresh_group();
        SocketOptions options{.group = group, .interface = interface_named("a0"), .offload = false};
        options.tell_drops = told;
        auto sender = open_socket(options);
        const TestRun run_of_20(20, 1000, 1000);
        const auto sent = sender.send(group, run_of_20.run());
        CHECK(sent.value().blocked == told);
        CHECK((sent.value().datagrams == 20) == !told);
    });
}

TEST_CASE("a mapped source that is cut short is an error of its own", "[net]") {
    const int file = memfd_create("source", 0);
    REQUIRE(ftruncate(file, 1 << 20) == 0);
    void* map = mmap(nullptr, 1 << 20, PROT_READ, MAP_SHARED, file, 0);
    REQUIRE(map != MAP_FAILED);
    REQUIRE(ftruncate(file, 0) == 0);
    const Endpoint group = fresh_group();
    auto options = on_loopback(group, false);
    options.offload = GENERATE(true, false);
    auto sender = open_socket(options);
    std::vector<iovec> pieces(10, iovec{map, 1000});
    const auto sent = sender.send(group, {.pieces = pieces, .segment = 1000, .count = 10});
    REQUIRE(!sent);
    CHECK(sent.error().code == ErrorCode::source_changed);
    CHECK(sender.offloads() == options.offload);
    munmap(map, 1 << 20);
    close(file);
}

TEST_CASE("what a member had no room for is counted once it hears again", "[net]") {
    const bool offload = GENERATE(true, false);
    const Endpoint group = fresh_group();
    auto sender = open_socket({.group = group, .interface = loopback(), .offload = offload});
    auto member = open_socket({.group = group,
                               .interface = loopback(),
                               .join = true,
                               .receive_buffer = 200'000,
                               .offload = offload});
    const TestRun out(44 * 40, 1472, 1472);
    send_all(sender, group, out.run());
    CHECK(member.drops() == 0);
    Inbox in;
    while (readable(member)) in.collect(member, in.datagrams.size() + 1);
    send_all(sender, group, kOne.run());
    in.collect(member, in.datagrams.size() + 1);
    const std::size_t lost = out.run().count + 1 - in.datagrams.size();
    REQUIRE(lost > 0);
    INFO("lost " << lost);
    CHECK(member.drops() == (offload ? lost / 44 : lost));
}

TEST_CASE("the buffers that were granted are told", "[net]") {
    auto options = on_loopback(fresh_group(), true);
    options.receive_buffer = 100'000;
    options.send_buffer = 0;
    auto socket = open_socket(options);
    CHECK(socket.receive_buffer().asked == 100'000);
    CHECK(socket.receive_buffer().granted == 100'000);
    CHECK(socket.receive_buffer().full());
    CHECK(socket.send_buffer().granted > 0);
    CHECK(socket.send_buffer().full());
    socket.set_send_buffer(200'000);
    CHECK(socket.send_buffer().granted == 200'000);
}

TEST_CASE("a socket is refused for what is no group and for a ttl that is none", "[net]") {
    auto options = on_loopback(Endpoint::parse("10.0.0.5", 7000).value(), true);
    auto socket = UdpSocket::open(options);
    REQUIRE(!socket);
    CHECK(socket.error().code == ErrorCode::usage);
    options.group = fresh_group();
    options.ttl = 256;
    socket = UdpSocket::open(options);
    REQUIRE(!socket);
    CHECK(socket.error().message == "a ttl of 256 is not in 0 to 255");
}

TEST_CASE("a socket cannot be opened on an interface that is gone, and names it", "[net]") {
    auto options = on_loopback(fresh_group(), true);
    options.interface.name = "gone0";
    options.interface.index = 99999;
    const auto socket = UdpSocket::open(options);
    REQUIRE(!socket);
    CHECK(socket.error().code == ErrorCode::network);
    CHECK(socket.error().message.find("on interface gone0: ") != std::string::npos);
}

TEST_CASE("a peer of another subnet is looked for on the link, without a route to it", "[net]") {
    in_namespace([] {
        run("ip link add a0 type veth peer name b0; ip link set b0 up; ip link set a0 up");
        run("ip addr add 10.5.0.1/24 dev a0");
        auto sender = open_socket({.group = fresh_group(), .interface = interface_named("a0")});
        const TestRun out(1, 100, 100);
        const auto sent = sender.send(Endpoint::parse("10.6.0.1", 7000).value(), out.run());
        INFO((sent ? "" : sent.error().message));
        REQUIRE(sent);
        CHECK(sent->datagrams == 1);
    });
}

TEST_CASE("packets for a group go past a gateway to the link", "[net]") {
    const bool past = GENERATE(true, false);
    in_namespace([&] {
        run("ip link add a0 type veth peer name b0; ip link set b0 up; ip link set a0 up");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.6.0.1/24 dev b0");
        run("sysctl -qw net.ipv4.conf.b0.accept_local=1 net.ipv4.conf.b0.rp_filter=0 "
            "net.ipv4.conf.all.rp_filter=0");
        run("ip route add 224.0.0.0/4 via 10.5.0.254");
        await_carrier("a0", true);
        const Endpoint group = fresh_group();
        auto member =
            open_socket({.group = group, .interface = interface_named("b0"), .join = true});
        auto sender =
            open_socket({.group = group, .interface = interface_named("a0"), .past_gateway = past});
        auto marker =
            open_socket({.group = group, .interface = interface_named("a0"), .past_gateway = true});
        const TestRun out(3, 100, 100);
        const TestRun last(1, 50, 50);
        send_all(sender, group, out.run());
        send_all(marker, group, last.run());  // what came comes before it
        auto expected = past ? out.datagrams() : std::vector<std::string>{};
        expected.push_back(last.datagrams().front());
        Inbox in;
        in.collect(member, expected.size());
        CHECK((in.datagrams == expected));
    });
}
