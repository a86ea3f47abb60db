// SPDX-License-Identifier: MIT
#include "crypto/envelope.hpp"

#include <array>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::crypto;

namespace {

constexpr Head kHead{.side = Side::receiver,
                     .suite = Suite::chacha20_poly1305,
                     .key_id = 0x0102,
                     .stream = {0x030405060708, 0x090a0b0c0d0e0f10},
                     .counter = 0x111213141516};

Octets packet_of(const Head& head, std::size_t message = 1) {
    Octets packet(message + kOverhead);
    write_head(head, std::span(packet).first<kHeadSize>());
    return packet;
}

}  // namespace

TEST_CASE("the head of an envelope stands where the page says", "[crypto][envelope]") {
    const auto packet = packet_of(kHead);
    CHECK(Octets(packet.begin(), packet.begin() + kHeadSize) ==
          from_hex("4d82 0102 030405060708 090a0b0c0d0e0f10 111213141516"));
    CHECK(parse_head(packet) == kHead);
}

TEST_CASE("an envelope without a message is none", "[crypto][envelope]") {
    for (std::size_t size = 0; size <= kOverhead; ++size) {
        auto packet = packet_of(kHead);
        packet.resize(size);
        CHECK_FALSE(parse_head(packet));
    }
}

TEST_CASE("an unknown suite or mark is refused, never guessed at", "[crypto][envelope]") {
    auto packet = packet_of(kHead);
    for (const int kind : {0x00, 0x03, 0x41, 0x80, 0x83, 0xc1, 0xff}) {
        packet[1] = static_cast<std::uint8_t>(kind);
        CHECK_FALSE(parse_head(packet));
    }
    packet = packet_of(kHead);
    packet[0] = 0x12;
    CHECK_FALSE(parse_head(packet));
}
