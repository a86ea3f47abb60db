// SPDX-License-Identifier: MIT
#include "net/batch_io.hpp"
#include "net/interface.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using mcast::ErrorCode;

namespace {

Endpoint at(const char* address) {
    return Endpoint::parse(address, 0).value();
}

Interface ethernet(const char* name, unsigned index, const char* address) {
    return {.name = name,
            .index = index,
            .mtu = 1500,
            .up = true,
            .carrier = true,
            .multicast = true,
            .loopback = false,
            .addresses = {at(address)}};
}

Interface loopback_interface() {
    Interface lo = ethernet("lo", 1, "127.0.0.1");
    lo.loopback = true;
    lo.multicast = false;
    return lo;
}

const Interface kLo = loopback_interface();
const Interface kEth0 = ethernet("eth0", 2, "10.0.0.5");
const Interface kEth1 = ethernet("eth1", 3, "10.1.0.5");
const Endpoint kGroup = at("239.255.77.77");

std::string chosen(const std::vector<Interface>& all, const Endpoint& source,
                   const std::string& wanted = "", const Endpoint& group = kGroup) {
    const auto choice = choose_interface_from(all, source, group, wanted);
    return choice ? choice->interface.name + ": " + choice->reason
                  : std::string(choice.error().name()) + ": " + choice.error().message;
}

}  // namespace

TEST_CASE("the interface on the route to the group is taken", "[net]") {
    CHECK(chosen({kLo, kEth0, kEth1}, at("10.1.0.5")) == "eth1: the route to the group");
}

TEST_CASE("without a route the only connected interface is taken", "[net]") {
    CHECK(chosen({kLo, kEth0}, {}) == "eth0: the only one that carries multicast");
    Interface bridge = ethernet("docker0", 9, "172.17.0.1");
    bridge.carrier = false;
    CHECK(chosen({kLo, kEth0, bridge}, {}) == "eth0: the only one that carries multicast");
}

TEST_CASE("a route by an interface that cannot carry multicast does not count", "[net]") {
    Interface tunnel = ethernet("tun0", 4, "10.9.0.1");
    tunnel.multicast = false;
    CHECK(chosen({kLo, kEth0, tunnel}, at("10.9.0.1")) ==
          "eth0: the only one that carries multicast");
}

TEST_CASE("a machine without a network uses loopback, flagged for multicast or not", "[net]") {
    CHECK(chosen({kLo}, {}) == "lo: no other interface is usable");
}

TEST_CASE("two equal interfaces and no route give loopback and say what could be named", "[net]") {
    CHECK(chosen({kLo, kEth0, kEth1}, {}) ==
          "lo: no route to the group; --interface could name eth0, eth1");
}

TEST_CASE("an interface is named by its name or by any of its addresses", "[net]") {
    Interface two = kEth0;
    two.addresses.push_back(at("10.0.0.6"));
    CHECK(chosen({kLo, two, kEth1}, at("10.1.0.5"), "eth0") == "eth0: named by --interface");
    const auto choice = choose_interface_from(std::vector{kLo, two}, {}, kGroup, "10.0.0.6");
    REQUIRE(choice);
    CHECK(choice->interface.name == "eth0");
    CHECK(choice->interface.address(false) == at("10.0.0.6"));
}

TEST_CASE("an unknown interface is refused with a list of what there is", "[net]") {
    Interface down = kEth1;
    down.up = false;
    CHECK(chosen({kLo, kEth0, down}, at("10.0.0.5"), "wlan7") ==
          "no_interface: there is no interface 'wlan7'; "
          "there are: lo 127.0.0.1, eth0 10.0.0.5, eth1 (is down)");
    CHECK(chosen({}, {}, "10.0.0.9") ==
          "no_interface: there is no interface '10.0.0.9'; there are no interfaces");
}

TEST_CASE("a named interface that cannot do it is refused with the reason", "[net]") {
    Interface bad = kEth0;
    const auto refusal = [&](const Endpoint& group = kGroup) {
        const std::string text = chosen({bad}, {}, "eth0", group);
        return text.substr(0, text.find(';'));
    };
    SECTION("down") {
        bad.up = false;
        CHECK(refusal() == "no_interface: interface eth0 is down");
    }
    SECTION("no multicast") {
        bad.multicast = false;
        CHECK(refusal() == "no_interface: interface eth0 does not carry multicast");
    }
    SECTION("no address of the group's family") {
        CHECK(refusal(at("ff15::1")) == "no_interface: interface eth0 has no IPv6 address");
    }
}

TEST_CASE("a machine with everything down is told so", "[net]") {
    Interface lo = kLo;
    lo.up = false;
    CHECK(chosen({lo}, {}) ==
          "no_interface: no interface can be chosen for 239.255.77.77; there are: lo (is down)");
}

TEST_CASE("the interface in a link-local group's scope is taken", "[net]") {
    Interface one = ethernet("eth0", 2, "fe80::1");
    Interface two = ethernet("eth1", 3, "fe80::2");
    CHECK(chosen({one, two}, at("fe80::1"), "", at("ff02::77").with_scope(3)) ==
          "eth1: the route to the group");
}

TEST_CASE("the same link-local address on two interfaces is told apart by its scope", "[net]") {
    Interface one = ethernet("eth0", 2, "fe80::1");
    Interface two = ethernet("eth1", 3, "fe80::1");
    one.addresses[0] = one.addresses[0].with_scope(2);
    two.addresses[0] = two.addresses[0].with_scope(3);
    const Endpoint group = at("ff15::77");
    CHECK(chosen({one, two}, at("fe80::1").with_scope(3), "", group) ==
          "eth1: the route to the group");
    CHECK(chosen({one, two}, {}, "fe80::1", group) == "eth0: named by --interface");
}

TEST_CASE("a packet fits the MTU, and seven fit a batch even on loopback", "[net]") {
    Interface one = kEth0;
    CHECK(datagram_capacity(one, false) == 1472);
    CHECK(datagram_capacity(one, true) == 1452);
    one.mtu = 65536;
    CHECK(datagram_capacity(one, false) == 8972);
    CHECK(7 * datagram_capacity(one, false) <= kMaxDatagram);
    one.mtu = 0;
    CHECK(datagram_capacity(one, false) == 0);
}
