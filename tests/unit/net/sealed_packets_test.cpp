// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "net/packet_io.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using namespace mcast::crypto;
using namespace std::chrono_literals;
using mcast::MutableBytes;
using mcast::Time;

namespace {

const Time kNow = Time{} + 100s;

GroupKey group_key(std::uint8_t value) {
    std::array<std::uint8_t, Secret::kBytes> bytes{};
    bytes.fill(value);
    return GroupKey(Secret(bytes));
}

SessionSeal seal_of(Side side, std::uint8_t secret = 1) {
    auto seal = SessionSeal::create(group_key(secret), side);
    REQUIRE(seal);
    return std::move(*seal);
}

std::string text(mcast::Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string piece_text(const iovec& piece) {
    return text({static_cast<const std::uint8_t*>(piece.iov_base), piece.iov_len});
}

std::vector<std::string> packets_of(const Run& run) {
    std::vector<std::string> packets;
    for (const iovec& piece : run.pieces) packets.push_back(piece_text(piece));
    return packets;
}

/// The message that `seal` opens the packet to; "" for none.
std::string opened(SessionSeal& seal, std::string packet) {
    const auto message =
        open_packet(&seal, kNow, {reinterpret_cast<std::uint8_t*>(packet.data()), packet.size()});
    return message ? text(*message) : "";
}

/// A sender's packets, all of `run` sealed.
std::vector<std::string> sealed(SessionSeal& seal, RunSealer& sealer, const TestRun& run) {
    sealer.begin(seal.reserve(kNow, run.run().count));
    const auto packets = sealer.seal(run.run());
    REQUIRE(packets);
    return packets_of(*packets);
}

}  // namespace

TEST_CASE("a run is sealed packet by packet, and each opens to what it was", "[net][seal]") {
    SessionSeal sender = seal_of(Side::sender);
    SessionSeal receiver = seal_of(Side::receiver);
    RunSealer sealer;
    const TestRun run(3, 100, 40);
    std::vector<std::string> messages;
    for (const auto& packet : sealed(sender, sealer, run))
        messages.push_back(opened(receiver, packet));
    CHECK((messages == run.datagrams()));
    CHECK(receiver.unopened() == Unopened{});
}

TEST_CASE("sealed packets are as equal in size as they were, for the kernel to cut them",
          "[net][seal]") {
    SessionSeal sender = seal_of(Side::sender);
    RunSealer sealer;
    const TestRun run(5, 100, 40);
    sealer.begin(sender.reserve(kNow, 5));
    const auto packets = sealer.seal(run.run());
    REQUIRE(packets);
    CHECK(packets->segment == 100 + kOverhead);
    CHECK(packets->count == 5);
    for (std::size_t i = 0; i < 4; ++i) CHECK(packets->pieces[i].iov_len == 100 + kOverhead);
    CHECK(packets->pieces[4].iov_len == 40 + kOverhead);
}

TEST_CASE("the rest of a run is sent as it was sealed: no counter is used twice", "[net][seal]") {
    SessionSeal sender = seal_of(Side::sender);
    RunSealer sealer;
    const TestRun run(4, 100, 40);
    const auto first = sealed(sender, sealer, run);
    const auto rest = sealer.seal(run.run().after(1));
    REQUIRE(rest);
    CHECK((packets_of(*rest) == std::vector<std::string>(first.begin() + 1, first.end())));
    // The next run has other counters.
    CHECK((sealed(sender, sealer, run) != first));
}

TEST_CASE("content that is spoilt while it is sealed does not leave", "[net][seal]") {
    SessionSeal sender = seal_of(Side::sender);
    bool spoilt = false;
    RunSealer sealer([&spoilt] { return spoilt; });
    const TestRun run(2, 100, 40);
    CHECK(sealed(sender, sealer, run).size() == 2);
    sealer.begin(sender.reserve(kNow, 2), true);
    REQUIRE(sealer.seal(run.run()));
    spoilt = true;
    CHECK(sealer.seal(run.run().after(1)));  // it was read before
    auto socket = open_socket({.group = fresh_group(), .interface = loopback()});
    sealer.begin(sender.reserve(kNow, 2), true);
    const auto sent = send_packets(socket, fresh_group(), run.run(), &sealer);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == mcast::ErrorCode::source_changed);
    // Receivers can still be told.
    sealer.begin(sender.reserve(kNow, 2));
    CHECK(sealer.seal(run.run()));
}

TEST_CASE("without a seal a packet is the message", "[net][seal]") {
    std::vector<std::uint8_t> packet{'a', 'b'};
    const auto message = open_packet(nullptr, kNow, packet);
    REQUIRE(message);
    CHECK(message->data() == packet.data());
    CHECK(text(*message) == "ab");
}

TEST_CASE("with a seal a plain packet is none, nor one of another secret", "[net][seal]") {
    SessionSeal receiver = seal_of(Side::receiver);
    SessionSeal stranger = seal_of(Side::sender, 2);
    RunSealer sealer;
    CHECK(opened(receiver, std::string(100, '\x12')).empty());
    CHECK(opened(receiver, sealed(stranger, sealer, TestRun(1, 100, 100)).front()).empty());
    CHECK(receiver.unopened() == Unopened{.other_senders = 1, .plain = 1});
    CHECK(receiver.other_key() == group_key(2).id());
}

TEST_CASE("a receiver that takes part opens its sender alone, and answers it", "[net][seal]") {
    SessionSeal sender = seal_of(Side::sender);
    SessionSeal other = seal_of(Side::sender);
    SessionSeal receiver = seal_of(Side::receiver);
    RunSealer sealer;
    const TestRun one(1, 100, 100);
    CHECK_FALSE(opened(receiver, sealed(sender, sealer, one).front()).empty());
    receiver.answer_last();
    receiver.hold();
    CHECK(opened(receiver, sealed(other, sealer, one).front()).empty());
    CHECK(receiver.unopened() == Unopened{.other = 1});
    const auto answer = sealed(receiver, sealer, one).front();
    CHECK(opened(other, answer).empty());
    CHECK_FALSE(opened(sender, answer).empty());
    receiver.release();
    CHECK_FALSE(opened(receiver, sealed(other, sealer, one).front()).empty());
}

TEST_CASE("a sealed run goes through the socket, and opens in the batch that comes",
          "[net][seal]") {
    const Endpoint group = fresh_group();
    auto out = open_socket({.group = group, .interface = loopback()});
    auto in = open_socket({.group = group, .interface = loopback(), .join = true});
    SessionSeal sender = seal_of(Side::sender);
    SessionSeal receiver = seal_of(Side::receiver);
    RunSealer sealer;
    const TestRun run(40, 1432, 500);
    sealer.begin(sender.reserve(kNow, 40));
    const auto sent = send_packets(out, group, run.run(), &sealer);
    REQUIRE(sent);
    CHECK(sent->datagrams == 40);
    Inbox inbox;
    inbox.collect(in, 40);
    std::vector<std::string> messages;
    for (const auto& packet : inbox.datagrams) messages.push_back(opened(receiver, packet));
    CHECK((messages == run.datagrams()));
}
