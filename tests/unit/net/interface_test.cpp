// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <poll.h>

#include "namespace.hpp"
#include "net/interface_choice.hpp"
#include "net/interface_monitor.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using mcast::ErrorCode;

namespace {

const Endpoint kGroup = Endpoint::parse("239.255.77.77", 7701).value();

std::string chosen(const std::string& wanted, const Endpoint& group = kGroup) {
    const auto decision = choose_interface(group, {.interface = wanted});
    if (!decision) {
        CHECK(decision.error().code == ErrorCode::no_interface);
        return decision.error().message.substr(0, decision.error().message.find(';'));
    }
    return decision->choice ? "chose " + decision->choice->interface.name
                            : "waits: " + decision->awaited;
}

}  // namespace

TEST_CASE("loopback is listed with its address, MTU and flags", "[net]") {
    const Interface lo = loopback();
    CHECK(lo.index == 1);
    CHECK(lo.loopback);
    CHECK(lo.up);
    CHECK(lo.mtu > 0);
    CHECK(lo.address(false).address_string() == "127.0.0.1");
}

TEST_CASE("some interface is chosen for the default group on this machine, or waited for",
          "[net]") {
    const auto decision = choose_interface(kGroup, {});
    REQUIRE(decision);
    CHECK(decision->choice.has_value() == decision->awaited.empty());
}

TEST_CASE("an interface that this machine does not have is named in the refusal", "[net]") {
    CHECK(chosen("no-such-0") == "there is no interface 'no-such-0'");
}

TEST_CASE("a routable IPv6 address is listed before a link-local one", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip -6 addr add fe80::5/64 dev a0 nodad; ip -6 addr add fd00::5/64 dev a0 nodad");
        run("ip -6 addr add fe80::6/64 dev b0 nodad; ip link set b0 up; ip link set a0 up");
        CHECK(interface_named("a0").address(true).address_string() == "fd00::5");
        CHECK(interface_named("b0").address(true).needs_scope());
        CHECK(interface_named("b0").address(true).scope() == interface_named("b0").index);
        CHECK(interface_named("b0").address(false).empty());
        const auto wanted =
            choose_interface(Endpoint::parse("ff15::7", 1).value(), {.interface = "fe80::5"});
        REQUIRE((wanted && wanted->choice));
        CHECK(wanted->choice->interface.address(true).address_string() == "fe80::5%a0");
    });
}

TEST_CASE("a unicast address is refused as a group", "[net]") {
    const auto choice = choose_interface(Endpoint::parse("10.0.0.5", 1).value(), {});
    REQUIRE(!choice);
    CHECK(choice.error().code == ErrorCode::usage);
    CHECK(choice.error().message == "10.0.0.5 is not a multicast group");
}

TEST_CASE("in a namespace where all is down no interface can be chosen", "[net]") {
    in_namespace([] {
        CHECK(chosen("") == "no interface can be chosen for 239.255.77.77");
        CHECK(chosen("lo") == "waits: interface lo is down");
    });
}

TEST_CASE("in a namespace with loopback only loopback is chosen", "[net]") {
    in_namespace([] {
        run("ip link set lo up");
        CHECK(chosen("") == "chose lo");
    });
}

TEST_CASE("a second interface is chosen by its route, or because it is the only one", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip link set b0 up");
        CHECK(chosen("") == "waits: b0 has no carrier, a0 is down");
        CHECK(chosen("a0") == "waits: interface a0 is down");
        CHECK(chosen("b0") == "waits: interface b0 has no IPv4 address");
        run("ip link set a0 mtu 1400 up");
        await_carrier("a0", true);
        CHECK(chosen("") == "chose a0");
        CHECK(chosen("10.5.0.1") == "chose a0");
        CHECK(interface_named("a0").mtu == 1400);
        run("ip addr add 10.6.0.1/24 dev b0; ip route add 239.0.0.0/8 dev b0");
        CHECK(chosen("") == "chose b0");
    });
}

TEST_CASE("further names, labels and hardware addresses are listed", "[net]") {
    in_namespace([] {
        run("ip link add a0 address 02:00:00:00:00:07 type veth peer name b0");
        run("ip link property add dev a0 altname alternativenameofa0");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.5.0.2/24 dev a0 label a0:1");
        const Interface a0 = interface_named("a0");
        CHECK(a0.altnames == std::vector<std::string>{"alternativenameofa0"});
        REQUIRE(a0.labels.size() == 1);
        CHECK(a0.labels[0].name == "a0:1");
        CHECK(a0.labels[0].address.address_string() == "10.5.0.2");
        CHECK(a0.hardware == "02:00:00:00:00:07");
        CHECK_FALSE(a0.port);
        run("ip link add br0 type bridge; ip link set a0 master br0");
        CHECK(interface_named("a0").port);
    });
}

TEST_CASE("an address in duplicate address detection is listed apart", "[net]") {
    in_namespace([] {
        run("ip link add a0 type veth peer name b0; ip link set b0 up");
        run("sysctl -qw net.ipv6.conf.a0.accept_dad=1 net.ipv6.conf.a0.dad_transmits=30");
        run("ip link set a0 up; ip -6 addr add fd00::5/64 dev a0");
        const Interface a0 = interface_named("a0");
        CHECK(a0.address(true).empty());
        REQUIRE_FALSE(a0.unready.empty());
        CHECK(a0.unready[0].address.address_string() == "fd00::5");
        CHECK_FALSE(a0.unready[0].duplicate);
    });
}

TEST_CASE("a route that leads to a gateway is known, and passed by", "[net]") {
    in_namespace([] {
        run("ip link add a0 type veth peer name b0; ip link set b0 up; ip link set a0 up");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.5.0.7/24 dev a0");
        run("ip route add 239.0.0.0/8 via 10.5.0.254 src 10.5.0.7");
        const Route route = route_to(kGroup);
        CHECK(route.interface_index == interface_named("a0").index);
        CHECK(route.source.address_string() == "10.5.0.7");
        CHECK(route.gateway.address_string() == "10.5.0.254");
        const auto decision = choose_interface(kGroup, {});
        REQUIRE((decision && decision->choice));
        CHECK(decision->choice->past_gateway);
        CHECK(decision->choice->interface.address(false).address_string() == "10.5.0.7");
        run("ip route del 239.0.0.0/8; ip route add default via 10.5.0.254");
        CHECK_FALSE(choose_interface(kGroup, {}).value().choice->past_gateway);
    });
}

TEST_CASE("a change of interfaces, addresses and routes is announced", "[net]") {
    in_namespace([] {
        const auto monitor = InterfaceMonitor::open();
        REQUIRE(monitor);
        const auto changed = [&](int limit_ms) {
            pollfd waiting{monitor->fd(), POLLIN, 0};
            const bool readable = poll(&waiting, 1, limit_ms) == 1;
            monitor->drain();
            return readable;
        };
        CHECK_FALSE(changed(0));
        for (const auto* command : {"ip link set lo up", "ip addr add 127.0.0.9/8 dev lo",
                                    "ip route add 239.0.0.0/8 dev lo"}) {
            run(command);
            CHECK(changed(kPatienceMs));
        }
    });
}
