// SPDX-License-Identifier: MIT
#include <cerrno>
#include <future>
#include <vector>

#include <sys/syscall.h>

#include <mcast/session.hpp>

#include "session/loop/channel.hpp"
#include "session/loop/loopback_filter.hpp"
#include "session/loop/origin.hpp"
#include "support/catch.hpp"
#include "support/sandbox.hpp"
#include "unit/net/namespace.hpp"
#include "unit/session/loopback.hpp"
#include "wire/norm/message.hpp"
#include "wire/private/app_offer.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

namespace {

constexpr std::chrono::milliseconds kDeadline{20000};  // a failure bound, never waited for
constexpr BufferSizes kSmall{1 << 18, 1 << 18, 1 << 18};

// First byte of a NORM message: version 1 and the type.
std::vector<std::uint8_t> message(std::uint8_t type, std::uint8_t mark) {
    std::vector<std::uint8_t> bytes(40, mark);
    bytes[0] = static_cast<std::uint8_t>(0x10 | type);
    return bytes;
}

BufferSizes with_ports(OwnPorts ports) {
    BufferSizes sizes = kSmall;
    sizes.ports = ports;
    return sizes;
}

constexpr std::uint8_t kData = 2;
constexpr std::uint8_t kCommand = 3;

std::vector<std::uint8_t> marks_heard(Channel& channel, std::size_t count) {
    std::vector<std::uint8_t> marks;
    BatchReader slots;
    while (marks.size() < count) {
        REQUIRE(readable(channel.group, kDeadline));
        REQUIRE(slots.receive(channel.group, [&](Bytes datagram, const net::Endpoint&) {
            marks.push_back(datagram.back());
        }));
    }
    return marks;
}

std::vector<std::uint8_t> offer_datagram(std::string_view name, std::uint32_t transfer) {
    wire::Offer offer;
    offer.transfer = transfer;
    offer.flags = wire::kOfferStarted;
    offer.segment_size = 1452;
    offer.block_size = 64;
    offer.parity = 64;
    offer.object_size = 5000;
    offer.chunk_size = 1 << 20;
    offer.receivers = 3;
    offer.name = name;
    offer.host = "lab-01";
    offer.meta = "build 7";
    std::vector<std::uint8_t> payload(1024);
    payload.resize(offer.serialize(payload));
    wire::CmdApplication command{{1, NodeId{5}}, {InstanceId{1}, 0, 0, 0}, payload};
    std::vector<std::uint8_t> datagram(1100);
    datagram.resize(command.serialize(datagram));
    return datagram;
}

}  // namespace

TEST_CASE("own data does not come back, own commands and data of others do", "[session]") {
    const auto network = loopback_network();
    auto own = open_channel(network, kSmall);
    auto other = open_channel(network, kSmall);
    REQUIRE(own);
    REQUIRE(other);
    REQUIRE(drop_own_data(own->group.fd(), own->own.local()));
    send_datagram(own->own, own->address, message(kData, 1));
    send_datagram(own->own, own->address, message(kCommand, 2));
    send_datagram(other->own, own->address, message(kData, 3));
    CHECK(marks_heard(*own, 2) == std::vector<std::uint8_t>{2, 3});
    CHECK(marks_heard(*other, 3) == std::vector<std::uint8_t>{1, 2, 3});
}

TEST_CASE("addresses and ports that differ are different origins", "[session]") {
    const auto origin = [](const char* address, std::uint16_t port = 7) {
        return origin_of(net::Endpoint::parse(address, port).value());
    };
    CHECK(origin("10.0.0.1") == origin("10.0.0.1"));
    CHECK_FALSE(origin("10.0.0.1") == origin("10.0.0.2"));
    CHECK_FALSE(origin("10.0.0.1") == origin("10.0.0.1", 8));
    CHECK_FALSE(origin("fd00::1") == origin("fd00::2"));
    CHECK_FALSE(origin("fd00::1") == origin("fd01::1"));
    CHECK(origin_of(net::Endpoint()) == protocol::Origin{});
}

TEST_CASE("a group that is none, port 0 and a ttl out of range are usage errors", "[session]") {
    const auto refused = [](auto change) {
        auto network = loopback_network();
        change(network);
        const auto opened = open_channel(network, kSmall);
        return opened ? ErrorCode::internal : opened.error().code;
    };
    CHECK(refused([](NetworkOptions& n) { n.group = "10.0.0.1"; }) == ErrorCode::usage);
    CHECK(refused([](NetworkOptions& n) { n.group = "nonsense"; }) == ErrorCode::usage);
    CHECK(refused([](NetworkOptions& n) { n.port = 0; }) == ErrorCode::usage);
    CHECK(refused([](NetworkOptions& n) { n.ttl = 256; }) == ErrorCode::usage);
    CHECK(refused([](NetworkOptions& n) { n.interface = "nope0"; }) == ErrorCode::no_interface);
}

TEST_CASE("senders of a machine take the group's port for the answers, then the next ones",
          "[session]") {
    const auto network = loopback_network();
    const auto ports = feedback_ports(network, std::nullopt);
    auto first = open_channel(network, with_ports(ports));
    auto second = open_channel(network, with_ports(ports));
    auto receiver = open_channel(network, kSmall);
    REQUIRE(first);
    REQUIRE(second);
    REQUIRE(receiver);
    CHECK(first->own.local().port() == network.port);
    CHECK(second->own.local().port() == network.port + 1);
    // Each hears what is sent to it, and what goes to the group does not end there.
    send_datagram(receiver->own, second->own.local(), message(kCommand, 2));
    send_datagram(receiver->own, first->own.local(), message(kCommand, 1));
    CHECK(readable(first->own, kDeadline));
    CHECK(readable(second->own, kDeadline));
    send_datagram(first->own, first->address, message(kCommand, 3));
    CHECK(marks_heard(*receiver, 1) == std::vector<std::uint8_t>{3});
}

TEST_CASE("when all ports for the answers are taken the error names the option", "[session]") {
    const auto network = loopback_network();
    auto first = open_channel(network, with_ports(feedback_ports(network, std::nullopt)));
    REQUIRE(first);
    const auto one = open_channel(network, with_ports(feedback_ports(network, network.port)));
    REQUIRE(!one);
    CHECK(one.error().code == ErrorCode::port_in_use);
    CHECK_THAT(one.error().message, Catch::Contains("--feedback-port"));
    std::vector<Channel> others;
    for (int i = 0; i < 15; ++i) {
        auto next = open_channel(network, with_ports(feedback_ports(network, std::nullopt)));
        REQUIRE(next);
        others.push_back(std::move(*next));
    }
    const auto late = open_channel(network, with_ports(feedback_ports(network, std::nullopt)));
    REQUIRE(!late);
    CHECK(late.error().code == ErrorCode::port_in_use);
}

TEST_CASE("the ports for the answers end where ports end", "[session]") {
    NetworkOptions network;
    CHECK(feedback_ports(network, std::nullopt).first == 7701);
    CHECK(feedback_ports(network, std::nullopt).count == 16);
    network.port = 65530;
    CHECK(feedback_ports(network, std::nullopt).count == 6);
    CHECK(feedback_ports(network, 9000).first == 9000);
    CHECK(feedback_ports(network, 9000).count == 1);
}

TEST_CASE("discover lists each offer once, with what it says", "[session]") {
    const auto network = loopback_network();
    auto sender = open_channel(network, kSmall);
    REQUIRE(sender);
    std::promise<void> stop;
    auto speaker = std::async(std::launch::async, [&, stopped = stop.get_future()] {
        // Offers are repeated, so it does not matter when the listener begins.
        while (stopped.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
            send_datagram(sender->own, sender->address, offer_datagram("image.raw", 0xbeef));
            send_datagram(sender->own, sender->address, offer_datagram("other", 0xcafe));
            send_datagram(sender->own, sender->address, message(kCommand, 9));
        }
    });
    auto offers = discover(network, std::chrono::milliseconds(500));
    // The speaker may begin late on a busy machine.
    const auto give_up = std::chrono::steady_clock::now() + kDeadline;
    while (offers && offers->size() < 2 && std::chrono::steady_clock::now() < give_up)
        offers = discover(network, std::chrono::milliseconds(500));
    stop.set_value();
    speaker.get();
    REQUIRE(offers);
    REQUIRE(offers->size() == 2);
    const Offer expected{"image.raw", "build 7", "127.0.0.1", "lab-01", "0000beef", 5000, true, 3};
    CHECK(offers->front() == expected);
    CHECK(offers->back().name == "other");
}

TEST_CASE("discover hears nothing where nothing is on offer", "[session]") {
    const auto offers = discover(loopback_network(), std::chrono::milliseconds(1));
    REQUIRE(offers);
    CHECK(offers->empty());
}

TEST_CASE("discover listens on after a signal, and ends when it cannot wait", "[session]") {
    in_sandbox({{SYS_ppoll}}, EINTR,
               [] { CHECK(discover(loopback_network(), std::chrono::milliseconds(1))); });
    in_sandbox({{SYS_ppoll}}, ENOMEM, [] {
        const auto offers = discover(loopback_network(), std::chrono::seconds(20));
        REQUIRE_FALSE(offers);
        CHECK(offers.error().code == ErrorCode::internal);
    });
}

TEST_CASE("a channel follows its interface to another address, at the same port", "[session]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip link set a0 up; ip link set b0 up; ip addr add 10.5.0.1/24 dev a0");
        run("ip route add 224.0.0.0/4 dev a0");
        await_carrier("a0", true);
        NetworkOptions network;
        network.interface = "a0";
        auto channel = open_channel(network, with_ports(feedback_ports(network, std::nullopt)));
        REQUIRE(channel);
        CHECK_FALSE(follow_interface(*channel));
        run("ip addr flush dev a0");
        CHECK_FALSE(follow_interface(*channel));  // there is none to go to yet
        run("ip addr add 10.5.0.2/24 dev a0; ip route add 224.0.0.0/4 dev a0");
        CHECK(follow_interface(*channel));
        CHECK(channel->own.local().to_string() == "10.5.0.2:7701");
        CHECK_FALSE(follow_interface(*channel));
        send_datagram(channel->own, channel->address, message(kCommand, 5));
        CHECK(marks_heard(*channel, 1) == std::vector<std::uint8_t>{5});
    });
}

TEST_CASE("a channel follows an interface that was made anew, and joins there", "[session]") {
    in_namespace([] {
        const auto plug = [] {
            run("ip link add a0 type veth peer name b0; ip link set a0 up; ip link set b0 up");
            run("ip addr add 10.5.0.1/24 dev a0; ip route add 224.0.0.0/4 dev a0");
            await_carrier("a0", true);
        };
        run("ip link set lo up");
        plug();
        NetworkOptions network;
        network.interface = "a0";
        auto channel = open_channel(network, kSmall);
        REQUIRE(channel);
        run("ip link del a0");
        CHECK_FALSE(follow_interface(*channel));
        plug();
        CHECK(follow_interface(*channel));
        send_datagram(channel->own, channel->address, message(kCommand, 5));
        CHECK(marks_heard(*channel, 1) == std::vector<std::uint8_t>{5});
    });
}
