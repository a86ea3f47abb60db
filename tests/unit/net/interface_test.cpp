// SPDX-License-Identifier: MIT
#include "net/interface.hpp"

#include "namespace.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using mcast::ErrorCode;

namespace {

const Endpoint kGroup = Endpoint::parse("239.255.77.77", 7701).value();

std::string refusal(const std::string& wanted) {
    const auto choice = choose_interface(kGroup, wanted);
    if (choice) return "chose " + choice->interface.name;
    CHECK(choice.error().code == ErrorCode::no_interface);
    return choice.error().message.substr(0, choice.error().message.find(';'));
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

TEST_CASE("some interface is chosen for the default group on this machine", "[net]") {
    const auto choice = choose_interface(kGroup, "");
    REQUIRE(choice);
    CHECK(choice->interface.up);
    CHECK(!choice->reason.empty());
}

TEST_CASE("an interface that this machine does not have is named in the refusal", "[net]") {
    CHECK(refusal("no-such-0") == "there is no interface 'no-such-0'");
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
        const auto wanted = choose_interface(Endpoint::parse("ff15::7", 1).value(), "fe80::5");
        REQUIRE(wanted);
        CHECK(wanted->interface.address(true).address_string() == "fe80::5%a0");
    });
}

TEST_CASE("a unicast address is refused as a group", "[net]") {
    const auto choice = choose_interface(Endpoint::parse("10.0.0.5", 1).value(), "");
    REQUIRE(!choice);
    CHECK(choice.error().code == ErrorCode::usage);
    CHECK(choice.error().message == "10.0.0.5 is not a multicast group");
}

TEST_CASE("in a namespace where all is down no interface can be chosen", "[net]") {
    in_namespace([] {
        CHECK(refusal("") == "no interface can be chosen for 239.255.77.77");
        CHECK(refusal("lo") == "interface lo is down");
    });
}

TEST_CASE("in a namespace with loopback only loopback is chosen", "[net]") {
    in_namespace([] {
        run("ip link set lo up");
        CHECK(refusal("") == "chose lo");
    });
}

TEST_CASE("a second interface is chosen by its route, or because it is the only one", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip link set b0 up");
        CHECK(refusal("") == "chose lo");
        CHECK(refusal("a0") == "interface a0 is down");
        CHECK(refusal("b0") == "interface b0 has no IPv4 address");
        run("ip link set a0 mtu 1400 up");
        await_carrier("a0", true);
        CHECK(refusal("") == "chose a0");
        CHECK(refusal("10.5.0.1") == "chose a0");
        CHECK(interface_named("a0").mtu == 1400);
        run("ip addr add 10.6.0.1/24 dev b0; ip route add 239.0.0.0/8 dev b0");
        CHECK(refusal("") == "chose b0");
    });
}
