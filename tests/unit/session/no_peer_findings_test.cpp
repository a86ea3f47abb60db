// SPDX-License-Identifier: MIT
#include "session/loop/no_peer_findings.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using Sentences = std::vector<std::string>;

namespace {

/// A machine and its session on which all is well, but that no other side is heard.
struct Silent {
    Silent() {
        facts.group = "239.255.77.77:7701";
        facts.port = 7701;
        facts.interface.name = "eth0";
        facts.interface.up = true;
        facts.interface.carrier = true;
        facts.interface.multicast = true;
    }
    [[nodiscard]] Sentences findings() const {
        return no_peer_findings(facts, heard, feedback_port);
    }

    net::NetworkFacts facts;
    HeardWhileWaiting heard{.self = true, .others = false};
    std::optional<std::uint16_t> feedback_port = 7702;
};

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

}  // namespace

TEST_CASE("an interface that cannot work is the one finding, silence follows from it",
          "[session]") {
    Silent session;
    session.heard.self = false;
    SECTION("gone") {
        session.facts.interface_exists = false;
        CHECK(session.findings() == Sentences{"interface eth0 is gone"});
    }
    SECTION("down") {
        session.facts.interface.up = false;
        session.facts.interface.carrier = false;
        CHECK(session.findings() == Sentences{"interface eth0 is down: ip link set eth0 up"});
    }
    SECTION("no carrier") {
        session.facts.interface.carrier = false;
        CHECK(session.findings() ==
              Sentences{"interface eth0 has no carrier: look at the cable or the link"});
    }
    SECTION("no multicast") {
        session.facts.interface.multicast = false;
        CHECK(session.findings() == Sentences{"interface eth0 does not carry multicast"});
    }
}

TEST_CASE("silence names what else could be the cause", "[session]") {
    Silent session;
    CHECK(session.findings() == Sentences{kSilence});
    session.facts.other_interfaces = {"eth1", "wlan0"};
    session.facts.strict_reverse_path = true;
    CHECK(session.findings() ==
          Sentences{kSilence,
                    "this machine is also connected by eth1, wlan0: --interface names another",
                    "a sender outside the subnets of eth0 is not heard: sudo sysctl -w "
                    "net.ipv4.conf.eth0.rp_filter=2"});
}

TEST_CASE("who does not hear itself has a firewall, if it has sent at all", "[session]") {
    Silent session;
    session.heard.self = false;
    CHECK(session.findings().front() ==
          "what this machine sends to 239.255.77.77:7701 does not come back to it: a firewall here "
          "may drop it (nft list ruleset)");
    session.feedback_port.reset();
    CHECK(session.findings() == Sentences{kNothing + kReceiverFirewall + kSnooping});
}

TEST_CASE("on loopback silence means that nobody else is on this machine", "[session]") {
    Silent session;
    session.facts.interface.name = "lo";
    session.facts.interface.loopback = true;
    session.facts.interface.multicast = false;
    CHECK(session.findings() ==
          Sentences{"only this machine can be heard on lo: --interface names another"});
}

TEST_CASE("a group that others use, but nobody answers in, points at the firewall", "[session]") {
    Silent session;
    session.heard.others = true;
    const std::string others = "others are heard on 239.255.77.77:7701 on eth0, but no ";
    CHECK(session.findings() == Sentences{others + "receiver answers", kFirewall});
    session.feedback_port.reset();
    CHECK(session.findings() == Sentences{others + "offer that can be taken here"});
}

TEST_CASE("on IPv6 it is MLD that switches snoop on", "[session]") {
    Silent session;
    session.facts.ipv6 = true;
    CHECK_THAT(session.findings().back(), Catch::Contains("MLD"));
}
