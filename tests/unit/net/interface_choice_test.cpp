// SPDX-License-Identifier: MIT
#include "net/interface_choice.hpp"

#include "net/batch_io.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using mcast::Result;

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

// "<name>: <reason>", "waits: <for what>", or "<error>: <message>".
std::string told(const Result<InterfaceDecision>& decision) {
    if (!decision) return std::string(decision.error().name()) + ": " + decision.error().message;
    if (!decision->choice) return "waits: " + decision->awaited;
    return decision->choice->interface.name + ": " + decision->choice->reason;
}

std::string chosen(const std::vector<Interface>& all, const Route& route = {},
                   const InterfaceWish& wish = {}, const Endpoint& group = kGroup) {
    return told(choose_interface_from(all, route, group, wish));
}

std::string named(const std::vector<Interface>& all, const std::string& word,
                  const Endpoint& group = kGroup) {
    return chosen(all, {}, {.interface = word}, group);
}

Interface down(Interface one) {
    one.up = one.carrier = false;
    return one;
}

Interface without_address(Interface one) {
    one.addresses.clear();
    return one;
}

Interface without_flag(Interface one) {
    one.multicast = false;
    return one;
}

Interface with_unready(Interface one, const char* address, bool duplicate) {
    one.addresses.clear();
    one.unready.push_back({at(address), duplicate});
    return one;
}

}  // namespace

TEST_CASE("the interface on the route to the group is taken", "[net]") {
    CHECK(chosen({kLo, kEth0, kEth1}, {.interface_index = 3}) == "eth1: the route to the group");
}

TEST_CASE("the address that the route speaks from is preferred", "[net]") {
    Interface two = kEth0;
    two.addresses.push_back(at("10.0.0.6"));
    const auto decision = choose_interface_from(
        std::vector{two}, {.interface_index = 2, .source = at("10.0.0.6")}, kGroup, {});
    REQUIRE((decision && decision->choice));
    CHECK(decision->choice->interface.address(false) == at("10.0.0.6"));
}

TEST_CASE("without a route the only connected interface is taken", "[net]") {
    CHECK(chosen({kLo, kEth0}) == "eth0: the only one that carries multicast");
    Interface bridge = ethernet("docker0", 9, "172.17.0.1");
    bridge.carrier = false;
    CHECK(chosen({kLo, kEth0, bridge}) == "eth0: the only one that carries multicast");
    CHECK(chosen({kLo, kEth0, down(kEth1)}) == "eth0: the only one that carries multicast");
    CHECK(chosen({kLo, without_address(kEth0), kEth1}) ==
          "eth1: the only one that carries multicast");
}

TEST_CASE("a route by an interface that cannot carry multicast does not count", "[net]") {
    const Interface tunnel = without_flag(ethernet("tun0", 4, "10.9.0.1"));
    CHECK(chosen({kLo, kEth0, tunnel}, {.interface_index = 4}) ==
          "eth0: the only one that carries multicast");
}

TEST_CASE("a route by an interface that is not ready is waited for, but not with IPv6", "[net]") {
    CHECK(chosen({kLo, without_address(kEth0), kEth1}, {.interface_index = 2}) ==
          "waits: the route to 239.255.77.77 leads to interface eth0, which has no IPv4 address");
    const Interface six = ethernet("eth1", 3, "fe80::2");
    CHECK(chosen({without_address(kEth0), six}, {.interface_index = 2}, {}, at("ff15::7")) ==
          "eth1: the only one that carries multicast");
}

TEST_CASE("a machine that can have no network uses loopback, flagged for multicast or not",
          "[net]") {
    CHECK(chosen({kLo}) == "lo: no other interface could carry multicast");
    Interface gretap = without_address(ethernet("gretap0", 5, "10.9.0.2"));
    gretap.hardware = "00:00:00:00:00:00";
    CHECK(chosen({kLo, gretap}) == "lo: no other interface could carry multicast");
    Interface port = without_address(kEth0);
    port.port = true;
    CHECK(chosen({kLo, port}) == "lo: no other interface could carry multicast");
    CHECK(chosen({kLo, without_flag(kEth0)}) ==
          "lo: no other interface is marked as one for multicast; --interface could name eth0");
}

TEST_CASE("an interface that could carry multicast later is waited for, never loopback", "[net]") {
    CHECK(chosen({kLo, down(kEth0)}) == "waits: eth0 is down");
    CHECK(chosen({kLo, without_address(kEth0)}) == "waits: eth0 has no IPv4 address");
    Interface unplugged = kEth0;
    unplugged.carrier = false;
    CHECK(chosen({kLo, unplugged, down(kEth1)}) == "waits: eth0 has no carrier, eth1 is down");
    CHECK(chosen({kLo, kEth0}, {}, {}, at("ff15::7")) == "waits: eth0 has no IPv6 address");
}

TEST_CASE("with many interfaces the first of them are named", "[net]") {
    std::vector<Interface> all{kLo};
    for (unsigned i = 0; i < 9; ++i) {
        all.push_back(down(ethernet(("v" + std::to_string(i)).c_str(), 10 + i, "10.0.0.5")));
    }
    CHECK(chosen(all) ==
          "waits: v0 is down, v1 is down, v2 is down, v3 is down, v4 is down, "
          "v5 is down and 3 more");
}

TEST_CASE("between two equal interfaces a route or a name has to decide", "[net]") {
    CHECK(chosen({kLo, kEth0, kEth1}) ==
          "waits: there is no route to 239.255.77.77, and --interface could name eth0, eth1");
}

TEST_CASE("a machine with everything down is told so", "[net]") {
    CHECK(chosen({down(kLo)}) ==
          "no_interface: no interface can be chosen for 239.255.77.77; there are: lo (is down)");
}

TEST_CASE("an interface is named by whatever ip link and ip addr show", "[net]") {
    Interface two = kEth0;
    two.addresses.push_back(at("10.0.0.6"));
    two.addresses.push_back(at("fe80::1").with_scope(2));
    two.labels.push_back({"eth0:1", at("10.0.0.6")});
    two.altnames = {"enp3s0f0alternative", "enx02"};
    two.hardware = "02:fc:00:00:00:01";
    Interface three = ethernet("7", 3, "fe80::1");
    three.addresses[0] = three.addresses[0].with_scope(3);
    three.addresses.push_back(at("10.1.0.5"));
    const auto* word = GENERATE("eth0", "enx02", "enp3s0f0alternative", "eth0:1", "eth0@if7",
                                "eth0:", "eth0@if7:", "10.0.0.6", "10.0.0.6/24", "fe80::1%eth0",
                                "fe80::1%enx02", "fe80::1%2", "fe80::1%eth0/64", "fe80::1", "2",
                                "02:fc:00:00:00:01", "02:FC:00:00:00:01");
    INFO(word);
    CHECK(named({kLo, two, three}, word) == "eth0: named by --interface");
    CHECK(named({kLo, two, three}, "fe80::1%7") == "7: named by --interface");
}

TEST_CASE("the address that was named, or whose label was, is spoken from", "[net]") {
    Interface two = kEth0;
    two.addresses.push_back(at("10.0.0.6"));
    two.labels.push_back({"eth0:1", at("10.0.0.6")});
    const auto* word = GENERATE("10.0.0.6", "eth0:1", "10.0.0.6/8");
    const auto decision =
        choose_interface_from(std::vector{kLo, two}, {}, kGroup, {.interface = word});
    REQUIRE((decision && decision->choice));
    CHECK(decision->choice->interface.address(false) == at("10.0.0.6"));
}

TEST_CASE("an unknown interface is refused with a list of what there is", "[net]") {
    CHECK(named({kLo, kEth0, down(kEth1)}, "wlan7") ==
          "no_interface: there is no interface 'wlan7'; "
          "there are: lo 127.0.0.1, eth0 10.0.0.5, eth1 (is down)");
    CHECK(named({}, "10.0.0.9") ==
          "no_interface: there is no interface '10.0.0.9'; there are no interfaces");
    CHECK(named({kLo, kEth0}, "10.0.0.9") ==
          "no_interface: there is no interface '10.0.0.9'; there are: lo 127.0.0.1, eth0 10.0.0.5");
}

TEST_CASE("an address that nobody has is waited for where it can still come", "[net]") {
    CHECK(named({kLo, kEth1, without_address(kEth0)}, "10.0.0.5") ==
          "waits: no interface has the address 10.0.0.5, and eth0 has no IPv4 address");
}

TEST_CASE("a named interface is used without the flag MULTICAST", "[net]") {
    CHECK(named({kLo, without_flag(kEth0)}, "eth0") == "eth0: named by --interface");
}

TEST_CASE("a named interface is waited for until it is up and has an address", "[net]") {
    CHECK(named({down(kEth0)}, "eth0") == "waits: interface eth0 is down");
    CHECK(named({kEth0}, "eth0", at("ff15::1")) == "waits: interface eth0 has no IPv6 address");
}

TEST_CASE("an address is not used before duplicate address detection is over", "[net]") {
    const Endpoint group = at("ff15::1");
    CHECK(named({with_unready(kEth0, "fe80::1", false)}, "eth0", group) ==
          "waits: interface eth0 has the address fe80::1, which is tentative: it is being asked "
          "whether another machine has it");
    CHECK(chosen({kLo, with_unready(kEth0, "fe80::1", true)}, {}, {}, group) ==
          "waits: eth0 has the address fe80::1, which another machine has already (dadfailed)");
    Interface both = with_unready(kEth0, "fe80::1", false);
    both.addresses.push_back(at("fd00::1"));
    CHECK(named({both}, "eth0", group) == "eth0: named by --interface");
    CHECK(named({both}, "fe80::1", group).starts_with("waits: interface eth0 has the address"));
}

TEST_CASE("the interface in a group's address is taken, and may not contradict --interface",
          "[net]") {
    const Interface one = ethernet("eth0", 2, "fe80::1");
    const Interface two = ethernet("eth1", 3, "fe80::2");
    const Endpoint group = at("ff02::77");
    const auto by = [&](const InterfaceWish& wish) {
        return chosen({one, two}, {.interface_index = 2}, wish, group);
    };
    CHECK(by({.zone = "eth1"}) == "eth1: named by the group");
    CHECK(by({.zone = "3"}) == "eth1: named by the group");
    CHECK(by({.interface = "fe80::2", .zone = "eth1"}) == "eth1: named by --interface");
    CHECK(by({.interface = "eth0", .zone = "eth1"}) ==
          "usage: the group is that of interface eth1 (%eth1), and --interface names eth0: leave "
          "one of the two out");
    CHECK(by({.zone = "wlan7"}) ==
          "no_interface: there is no interface 'wlan7'; there are: eth0 fe80::1, eth1 fe80::2");
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
