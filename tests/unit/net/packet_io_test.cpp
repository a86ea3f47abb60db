// SPDX-License-Identifier: MIT
#include "net/packet_io.hpp"

#include <array>
#include <string>
#include <vector>

#include <poll.h>

#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;
using mcast::Bytes;

namespace {

std::vector<std::size_t> sizes_in(std::size_t length, std::size_t segment) {
    std::vector<std::uint8_t> memory(kSlotBytes);
    std::vector<std::size_t> sizes;
    const ReceiveSlot slot{memory, length, segment, {}};
    each_packet(slot, [&](Bytes packet) { sizes.push_back(packet.size()); });
    return sizes;
}

std::string text(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

void await(const UdpSocket& socket) {
    pollfd waiting{socket.fd(), POLLIN, 0};
    REQUIRE(poll(&waiting, 1, kPatienceMs) == 1);
}

/// A sender and a member of a fresh group on loopback, and slots to receive in.
struct Pair {
    Pair() : memory(slots.size() * kSlotBytes) {
        for (std::size_t i = 0; i < slots.size(); ++i)
            slots[i].buffer = std::span(memory).subspan(i * kSlotBytes, kSlotBytes);
    }

    Endpoint group = fresh_group();
    UdpSocket sender = open_socket({.group = group, .interface = loopback()});
    UdpSocket member = open_socket({.group = group, .interface = loopback(), .join = true});
    std::array<ReceiveSlot, 4> slots{};
    std::vector<std::uint8_t> memory;
};

}  // namespace

TEST_CASE("a coalesced batch is cut into its packets, of which the last may be shorter", "[net]") {
    using Sizes = std::vector<std::size_t>;
    CHECK(sizes_in(300, 100) == Sizes{100, 100, 100});
    CHECK(sizes_in(201, 100) == Sizes{100, 100, 1});
    CHECK(sizes_in(100, 100) == Sizes{100});
    CHECK(sizes_in(0, 0) == Sizes{});
}

TEST_CASE("packets are handed out where they lie, in order", "[net]") {
    std::vector<std::uint8_t> memory{'a', 'b', 'c', 'd', 'e'};
    const ReceiveSlot slot{memory, 5, 2, {}};
    std::vector<const std::uint8_t*> places;
    each_packet(slot, [&](Bytes packet) { places.push_back(packet.data()); });
    CHECK(places == std::vector<const std::uint8_t*>{&memory[0], &memory[2], &memory[4]});
}

TEST_CASE("each slot that was filled is visited, in order, and no other", "[net]") {
    Pair pair;
    // Packets that grow are not coalesced.
    for (const std::string word : {"one", "three", "fifteen"})
        REQUIRE(send_packet(pair.sender, pair.group,
                            Bytes(std::vector<std::uint8_t>(word.begin(), word.end()))));
    std::vector<std::string> heard;
    while (heard.size() < 3) {
        await(pair.member);
        std::size_t next = 0;
        const auto count = receive_packets(pair.member, pair.slots, [&](std::size_t i) {
            CHECK(i == next++);
            CHECK(pair.slots[i].from == pair.sender.local());
            each_packet(pair.slots[i], [&](Bytes packet) { heard.push_back(text(packet)); });
        });
        REQUIRE(count);
        CHECK(*count == next);
    }
    CHECK(heard == std::vector<std::string>{"one", "three", "fifteen"});
}

TEST_CASE("nothing is visited when nothing has come", "[net]") {
    Pair pair;
    const auto count = receive_packets(pair.member, pair.slots, [](std::size_t) { FAIL(); });
    REQUIRE(count);
    CHECK(*count == 0);
}

TEST_CASE("a run is sent as its packets", "[net]") {
    Pair pair;
    const TestRun out(3, 100, 40);
    const auto sent = send_packets(pair.sender, pair.group, out.run());
    REQUIRE(sent);
    CHECK(sent->datagrams == 3);
    Inbox in;
    in.collect(pair.member, 3);
    CHECK((in.datagrams == out.datagrams()));
}
