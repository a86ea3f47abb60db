// SPDX-License-Identifier: MIT
#include "session/loop/network_attachment.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/control/support.hpp"
#include "unit/net/namespace.hpp"
#include "unit/session/loopback.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;
using namespace std::chrono_literals;
using Catch::Contains;
using control::test::RuntimeDirectory;
using Warnings = std::vector<std::string>;

namespace {

constexpr BufferSizes kSmall{1 << 18, 1 << 18, 1 << 18};

constexpr Time at(Duration since) {
    return Time(1h) + since;
}

/// An attachment that begins at(0s), and what it warns of.
class Attached {
  public:
    explicit Attached(Role role, const NetworkOptions& network = loopback_network())
        : front_(SessionFront::create({},
                                      [this](const Event& event) {
                                          if (event.kind == Event::Kind::warning)
                                              warnings_.push_back(event.text);
                                      })
                     .value()),
          to(open_channel(network, kSmall).value(), role, at(0s), *front_) {
        REQUIRE(front_->serve({}));
    }

    /// All of them; ends the session.
    Warnings warnings() {
        front_->succeed({}, {});
        REQUIRE(front_->wait({}));
        return warnings_;
    }

  private:
    const RuntimeDirectory directory_;
    Warnings warnings_;
    std::unique_ptr<SessionFront> front_;

  public:
    NetworkAttachment to;
};

const Error kUnplugged{ErrorCode::network, 0, "unplugged"};
const Error kNobody{ErrorCode::all_receivers_failed, 0, "nobody"};
const Error kLost{ErrorCode::sender_lost, 0, "lost"};
const auto kSender = net::Endpoint::parse("10.0.0.1", 7701).value();

/// A namespace with an interface a0 that has an address and a route for groups.
void with_a0(const std::function<void(const NetworkOptions& network)>& body) {
    in_namespace([&] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip link set a0 up; ip link set b0 up; ip addr add 10.5.0.1/24 dev a0");
        run("ip route add 224.0.0.0/4 dev a0");
        await_carrier("a0", true);
        NetworkOptions network;
        network.interface = "a0";
        body(network);
    });
}

void give_another_address() {
    run("ip addr flush dev a0; ip addr add 10.5.0.2/24 dev a0; ip route add 224.0.0.0/4 dev a0");
}

}  // namespace

TEST_CASE("a session looks at its interface at once, then every second", "[session]") {
    Attached session(Role::sender);
    CHECK(session.to.due() <= at(0s));
    CHECK_FALSE(session.to.upkeep(at(0s)));
    CHECK(session.to.due() == at(1s));
    CHECK(session.warnings().empty());
}

TEST_CASE("upkeep is due for whatever comes first", "[session]") {
    Attached session(Role::receiver);
    CHECK_FALSE(session.to.upkeep(at(4500ms)));
    CHECK(session.to.due() == at(5s));  // nobody was heard
    session.to.answered(at(0s));
    CHECK_FALSE(session.to.upkeep(at(9500ms)));
    CHECK(session.to.due() == at(10s));  // the membership
    CHECK_FALSE(session.to.upkeep(at(10s)));
    CHECK(session.to.due() == at(10500ms));  // the interface again
}

TEST_CASE("a sender that nobody answers is told what could be wrong, once", "[session]") {
    Attached session(Role::sender);
    for (const auto now : {4s, 5s, 6s, 60s}) CHECK_FALSE(session.to.upkeep(at(now)));
    const auto warnings = session.warnings();
    REQUIRE(warnings.size() == 2);
    CHECK_THAT(warnings[0], Contains("does not come back to it"));
    CHECK_THAT(warnings[1], Contains("only this machine can be heard on lo"));
}

TEST_CASE("a sender that hears itself is not told of its own firewall", "[session]") {
    Attached session(Role::sender);
    session.to.heard_self();
    CHECK_FALSE(session.to.upkeep(at(5s)));
    CHECK(session.warnings().size() == 1);
}

TEST_CASE("a receiver does not expect to hear itself", "[session]") {
    Attached session(Role::receiver);
    CHECK_FALSE(session.to.upkeep(at(5s)));
    const auto warnings = session.warnings();
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Contains("only this machine can be heard on lo"));
}

TEST_CASE("nothing is said of the network once the other side has answered", "[session]") {
    Attached session(Role::receiver);
    session.to.answered(at(1s));
    CHECK_FALSE(session.to.upkeep(at(5s)));
    CHECK(session.warnings().empty());
}

TEST_CASE("a sender that is heard but does not answer joins is named with its port", "[session]") {
    Attached session(Role::receiver);
    session.to.answered(at(0s));  // by its offer
    session.to.heard_peer(at(0s), kSender);
    session.to.joins(at(1s));
    SECTION("it is heard") {
        session.to.heard_peer(at(6s), kSender);
        CHECK_FALSE(session.to.upkeep(at(6s)));
        const auto warnings = session.warnings();
        REQUIRE(warnings.size() == 1);
        CHECK_THAT(warnings[0], Contains("10.0.0.1") && Contains("UDP port 7701"));
    }
    SECTION("it has fallen silent: there is nothing to conclude until it is heard again") {
        CHECK_FALSE(session.to.upkeep(at(6s)));
        session.to.heard_peer(at(7s), kSender);
        CHECK_FALSE(session.to.upkeep(at(7s)));
        CHECK(session.warnings().size() == 1);
    }
    SECTION("it has answered") {
        session.to.answered(at(2s));
        session.to.heard_peer(at(6s), kSender);
        CHECK_FALSE(session.to.upkeep(at(6s)));
        CHECK(session.warnings().empty());
    }
}

TEST_CASE("the peer is where its last packet came from, until it is forgotten", "[session]") {
    Attached session(Role::receiver);
    CHECK(session.to.peer().empty());
    session.to.heard_peer(at(0s), net::Endpoint::parse("10.0.0.9", 1).value());
    session.to.heard_peer(at(0s), kSender);
    CHECK(session.to.peer() == kSender);
    session.to.answered(at(0s));
    session.to.joins(at(0s));
    session.to.forget_peer(at(100s));
    CHECK(session.to.peer().empty());
    // The wait begins anew: after a while it is a matter of the network, not of joins.
    CHECK_FALSE(session.to.upkeep(at(104s)));
    CHECK_FALSE(session.to.upkeep(at(105s)));
    const auto warnings = session.warnings();
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Contains("only this machine can be heard on lo"));
}

TEST_CASE("errors are borne for each direction by itself, and told once", "[session]") {
    Attached session(Role::receiver);
    auto& to = session.to;
    CHECK_FALSE(to.send_failed(at(0s), kUnplugged, 4s));
    to.received();
    CHECK_FALSE(to.receive_failed(at(3s), kUnplugged, 4s));
    to.sent();
    CHECK_FALSE(to.receive_failed(at(6s), kUnplugged, 4s));
    CHECK(to.receive_failed(at(7s), kUnplugged, 4s));
    to.received();
    CHECK_FALSE(to.receive_failed(at(8s), kUnplugged, 4s));
    CHECK_FALSE(to.send_failed(at(8s), kUnplugged, 4s));
    CHECK_FALSE(to.send_failed(at(11s), kUnplugged, 4s));
    CHECK(to.send_failed(at(12s), kUnplugged, 4s));
    // The same words within a minute are told once for all.
    CHECK(session.warnings() == Warnings{"unplugged"});
}

TEST_CASE("silence of the other side is explained by an own network that is down", "[session]") {
    Attached session(Role::receiver);
    auto& to = session.to;
    CHECK(to.true_cause(kLost).code == ErrorCode::sender_lost);
    CHECK_FALSE(to.receive_failed(at(0s), kUnplugged, {}));
    CHECK(to.true_cause(kLost).code == ErrorCode::sender_lost);
    CHECK_FALSE(to.send_failed(at(0s), kUnplugged, {}));
    CHECK(to.true_cause(kLost).message == "unplugged");
    CHECK(to.true_cause(kNobody).message == "unplugged");
    CHECK(to.true_cause({ErrorCode::no_space, 0, "full"}).message == "full");
    to.received();  // other packets come in
    CHECK(to.true_cause(kLost).message == "unplugged");
    to.sent();
    CHECK(to.true_cause(kLost).code == ErrorCode::sender_lost);
}

TEST_CASE("a receiver that hears others looks for an offer, not for a cable", "[session]") {
    with_a0([](const NetworkOptions& network) {
        Attached session(Role::receiver, network);
        session.to.heard_others();
        CHECK_FALSE(session.to.upkeep(at(5s)));
        const auto warnings = session.warnings();
        REQUIRE(warnings.size() == 1);
        CHECK_THAT(warnings[0], Contains("others are heard on"));
    });
}

TEST_CASE("another address of the interface is followed, and told", "[session]") {
    const auto role = GENERATE(Role::sender, Role::receiver);
    with_a0([&](const NetworkOptions& network) {
        Attached session(role, network);
        session.to.answered(at(0s));
        CHECK_FALSE(session.to.upkeep(at(0s)));
        give_another_address();
        CHECK_FALSE(session.to.upkeep(at(500ms)));
        CHECK(session.to.upkeep(at(1s)));
        CHECK_FALSE(session.to.upkeep(at(2s)));
        CHECK(session.to.channel().own.local().address_string() == "10.5.0.2");
        const auto warnings = session.warnings();
        REQUIRE(warnings.size() == 1);
        CHECK_THAT(warnings[0], Contains("the address of a0 has changed"));
    });
}

TEST_CASE("a sender that has moved does not get its data back", "[session]") {
    with_a0([](const NetworkOptions& network) {
        Attached session(Role::sender, network);
        CHECK_FALSE(session.to.upkeep(at(0s)));
        give_another_address();
        REQUIRE(session.to.upkeep(at(1s)));
        auto& channel = session.to.channel();
        std::vector<std::uint8_t> datagram(40, 1);
        datagram[0] = 0x12;  // NORM, version 1, data
        send_datagram(channel.own, channel.address, datagram);
        datagram[0] = 0x13;  // a command
        datagram.back() = 2;
        send_datagram(channel.own, channel.address, datagram);
        REQUIRE(readable(channel.group, 20000ms));
        std::vector<std::uint8_t> heard;
        BatchReader reader;
        REQUIRE(reader.receive(channel.group, [&](Bytes packet, const net::Endpoint&) {
            heard.push_back(packet.back());
        }));
        CHECK(heard == std::vector<std::uint8_t>{2});
    });
}
