// SPDX-License-Identifier: MIT
#include "net/diagnosis.hpp"

#include "namespace.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using Sentences = std::vector<std::string>;

namespace {

/// A machine on which all is well.
NetworkFacts healthy() {
    NetworkFacts facts;
    facts.group = "239.255.77.77:7701";
    facts.interface.name = "eth0";
    facts.interface.up = true;
    facts.interface.carrier = true;
    facts.interface.multicast = true;
    facts.receive_buffer = {8 << 20, 8 << 20};
    facts.port = 7701;
    facts.feedback_port = 7702;
    facts.heard_self = true;
    facts.heard_others = true;
    facts.answered = true;
    return facts;
}

const std::string kNothing =
    "nothing was heard from others on 239.255.77.77:7701 on eth0: the other side must use the same "
    "group, port and network; ";
const std::string kFirewall =
    "a firewall on this machine must let UDP port 7702 in, for the answers, and one at the "
    "receivers UDP port 7701";
const std::string kReceiverFirewall = "a firewall on this machine must let UDP port 7701 in";
const std::string kSnooping =
    "; switches must pass multicast, and where they snoop on IGMP the network needs a querier";
const std::string kSilence = kNothing + kFirewall + kSnooping;

/// The same, but that nothing comes from elsewhere.
NetworkFacts silent() {
    NetworkFacts facts = healthy();
    facts.heard_others = false;
    facts.answered = false;
    return facts;
}

}  // namespace

TEST_CASE("nothing is found where all is well", "[net]") {
    CHECK(diagnose(healthy()).empty());
}

TEST_CASE("an interface that cannot work is the one finding, silence follows from it", "[net]") {
    NetworkFacts facts = silent();
    facts.heard_self = false;
    SECTION("gone") {
        facts.interface_exists = false;
        CHECK(diagnose(facts) == Sentences{"interface eth0 is gone"});
    }
    SECTION("down") {
        facts.interface.up = false;
        facts.interface.carrier = false;
        CHECK(diagnose(facts) == Sentences{"interface eth0 is down: ip link set eth0 up"});
    }
    SECTION("no carrier") {
        facts.interface.carrier = false;
        CHECK(diagnose(facts) ==
              Sentences{"interface eth0 has no carrier: look at the cable or the link"});
    }
    SECTION("no multicast") {
        facts.interface.multicast = false;
        CHECK(diagnose(facts) == Sentences{"interface eth0 does not carry multicast"});
    }
}

TEST_CASE("silence names what else could be the cause", "[net]") {
    NetworkFacts facts = silent();
    CHECK(diagnose(facts) == Sentences{kSilence});
    facts.other_interfaces = {"eth1", "wlan0"};
    facts.strict_reverse_path = true;
    CHECK(diagnose(facts) ==
          Sentences{kSilence,
                    "this machine is also connected by eth1, wlan0: --interface names another",
                    "a sender outside the subnets of eth0 is not heard: sudo sysctl -w "
                    "net.ipv4.conf.eth0.rp_filter=2"});
}

TEST_CASE("who does not hear itself has a firewall, if it has sent at all", "[net]") {
    NetworkFacts facts = silent();
    facts.heard_self = false;
    CHECK(diagnose(facts).front() ==
          "what this machine sends to 239.255.77.77:7701 does not come back to it: a firewall here "
          "may drop it (nft list ruleset)");
    facts.feedback_port.reset();
    CHECK(diagnose(facts) == Sentences{kNothing + kReceiverFirewall + kSnooping});
}

TEST_CASE("on loopback silence means that nobody else is on this machine", "[net]") {
    NetworkFacts facts = silent();
    facts.interface.name = "lo";
    facts.interface.loopback = true;
    facts.interface.multicast = false;
    CHECK(diagnose(facts) ==
          Sentences{"only this machine can be heard on lo: --interface names another"});
}

TEST_CASE("a group that others use, but nobody answers in, points at the firewall", "[net]") {
    NetworkFacts facts = silent();
    facts.heard_others = true;
    const std::string others = "others are heard on 239.255.77.77:7701 on eth0, but no ";
    CHECK(diagnose(facts) == Sentences{others + "receiver answers", kFirewall});
    facts.feedback_port.reset();
    CHECK(diagnose(facts) == Sentences{others + "offer that can be taken here"});
}

TEST_CASE("on IPv6 it is MLD that switches snoop on", "[net]") {
    NetworkFacts facts = silent();
    facts.ipv6 = true;
    CHECK_THAT(diagnose(facts).back(), Catch::Contains("MLD"));
}

TEST_CASE("a receive buffer that was cut down and drops are told at any time", "[net]") {
    NetworkFacts facts = healthy();
    facts.receive_buffer.granted = 208 << 10;
    facts.drops = 7;
    CHECK(diagnose(facts) ==
          Sentences{"the receive buffer is 208 KiB of the 8 MiB asked for: sudo sysctl -w "
                    "net.core.rmem_max=8388608",
                    "this machine had no room for what arrived 7 times: it is too slow for the "
                    "rate"});
}

TEST_CASE("the facts are those of the interface now, not of when it was chosen", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.6.0.1/24 dev b0");
        run("ip link set a0 up; ip link set b0 up; sysctl -qw net.ipv4.conf.all.rp_filter=1");
        await_carrier("a0", true);
        await_carrier("b0", true);
        const Endpoint group = fresh_group();
        const Interface a0 = interface_named("a0");
        const auto before = inspect(a0, group, {1, 1});
        CHECK(before.group == group.to_string());
        CHECK(before.interface.carrier);
        CHECK(before.strict_reverse_path);
        CHECK(before.other_interfaces == Sentences{"b0"});
        run("sysctl -qw net.ipv4.conf.a0.rp_filter=2; ip link set b0 down");
        await_carrier("a0", false);
        const auto without_carrier = inspect(a0, group, {1, 1});
        CHECK(!without_carrier.interface.carrier);
        CHECK(!without_carrier.strict_reverse_path);
        CHECK(without_carrier.other_interfaces.empty());
        run("ip link del a0");
        CHECK(!inspect(a0, group, {1, 1}).interface_exists);
    });
}
