// SPDX-License-Identifier: MIT
#include "crypto/opener.hpp"

#include <chrono>
#include <string>

#include "crypto/sealer.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::crypto;
using namespace std::chrono_literals;
using mcast::Time;

namespace {

const Time kStart = Time{} + 100s;

GroupKey key_of(std::uint8_t value) {
    return GroupKey(secret_of(value));
}

/// One process that seals.
struct Speaker {
    explicit Speaker(Side side, std::uint8_t secret = 1)
        : sealer(Sealer::create(key_of(secret), side).value()) {}

    Octets say(const std::string& text, Time now = kStart) {
        auto message = octets(text);
        const iovec piece{message.data(), message.size()};
        Octets packet(message.size() + kOverhead);
        Aead aead(Aead::Direction::seal);
        sealer.reserve(now, 1).seal(aead, {&piece, 1}, packet.data());
        return packet;
    }

    Sealer sealer;
};

/// The text in `packet`, "" if it does not open.
std::string opened(Opener& opener, Octets packet, Time now = kStart) {
    const auto message = opener.open(now, packet);
    return message ? std::string(message->begin(), message->end()) : "";
}

struct Pair {
    Speaker sender{Side::sender};
    Speaker receiver{Side::receiver};
    Opener at_sender = Opener::of_sender(key_of(1), sender.sealer.session());
    Opener at_receiver = Opener::of_receiver(key_of(1));
};

}  // namespace

TEST_CASE("a receiver opens what a sender says, and the sender its answer", "[crypto][opener]") {
    Pair pair;
    CHECK(opened(pair.at_receiver, pair.sender.say("offer")) == "offer");
    CHECK(pair.at_receiver.heard() == pair.sender.sealer.session());
    pair.receiver.sealer.answer(pair.at_receiver.heard());
    CHECK(opened(pair.at_sender, pair.receiver.say("join")) == "join");
    CHECK(pair.at_sender.unopened() == Unopened{});
}

TEST_CASE("a packet with any bit changed does not open", "[crypto][opener]") {
    Pair pair;
    const auto packet = pair.sender.say("offer");
    for (std::size_t bit = 8; bit < 8 * packet.size(); ++bit) {
        auto damaged = packet;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        INFO("bit " << bit);
        REQUIRE(opened(pair.at_receiver, damaged).empty());
    }
    const auto& count = pair.at_receiver.unopened();
    CHECK(count.other_senders == 16);
    CHECK(count.other == 1);  // the side
    CHECK(count.damaged == 8 * packet.size() - 8 - 17);
    CHECK(opened(pair.at_receiver, packet) == "offer");
}

TEST_CASE("a packet that was cut short does not open", "[crypto][opener]") {
    Pair pair;
    const auto packet = pair.sender.say("offer");
    for (std::size_t size = 0; size < packet.size(); ++size)
        CHECK(opened(pair.at_receiver, Octets(packet.data(), packet.data() + size)).empty());
}

TEST_CASE("a packet that is not sealed is not believed, and counted as such", "[crypto][opener]") {
    Pair pair;
    CHECK(
        opened(pair.at_receiver, octets("\x12 a NORM message that is long enough for it")).empty());
    CHECK(opened(pair.at_receiver, {}).empty());
    CHECK(pair.at_receiver.unopened() == Unopened{.plain = 2});
}

TEST_CASE("a packet opens once", "[crypto][opener]") {
    Pair pair;
    const auto packet = pair.sender.say("offer");
    CHECK(opened(pair.at_receiver, packet) == "offer");
    CHECK(opened(pair.at_receiver, packet).empty());
    CHECK(pair.at_receiver.unopened() == Unopened{.replayed = 1});
}

TEST_CASE("packets that others have overtaken open, also from the second before",
          "[crypto][opener]") {
    Pair pair;
    const auto first = pair.sender.say("first", kStart);
    const auto second = pair.sender.say("second", kStart);
    const auto third = pair.sender.say("third", kStart + 1s);
    CHECK(opened(pair.at_receiver, second) == "second");
    CHECK(opened(pair.at_receiver, third) == "third");
    CHECK(opened(pair.at_receiver, first) == "first");
}

TEST_CASE("each second a sender seals under another stream, which its packets name",
          "[crypto][opener]") {
    Speaker sender(Side::sender);
    const auto first = parse_head(sender.say("first", kStart));
    const auto second = parse_head(sender.say("second", kStart + 1s));
    CHECK(first->stream.session == second->stream.session);
    CHECK(first->stream.part != second->stream.part);
    CHECK(first->counter + 1 == second->counter);
}

TEST_CASE("a packet of an earlier second is not new again", "[crypto][opener]") {
    Pair pair;
    const auto first = pair.sender.say("first", kStart);
    CHECK(opened(pair.at_receiver, first) == "first");
    for (int i = 1; i < 10; ++i)
        CHECK(opened(pair.at_receiver, pair.sender.say("more", kStart + i * 1s)) == "more");
    CHECK(opened(pair.at_receiver, first).empty());
    CHECK(pair.at_receiver.unopened().replayed == 1);
}

TEST_CASE("a packet of another secret is counted, and its key told", "[crypto][opener]") {
    Pair pair;
    Speaker stranger(Side::sender, 2);
    CHECK(opened(pair.at_receiver, stranger.say("offer")).empty());
    CHECK(pair.at_receiver.unopened() == Unopened{.other_senders = 1});
    CHECK(pair.at_receiver.other_key() == key_of(2).id());
    Speaker answers(Side::receiver, 2);
    CHECK(opened(pair.at_sender, answers.say("join")).empty());
    CHECK(pair.at_sender.unopened() == Unopened{.other_receivers = 1});
}

TEST_CASE("an answer to one session is none to another", "[crypto][opener]") {
    Pair pair;
    Speaker other(Side::sender);
    Opener at_other = Opener::of_sender(key_of(1), other.sealer.session());
    pair.receiver.sealer.answer(pair.sender.sealer.session());
    const auto join = pair.receiver.say("join");
    CHECK(opened(at_other, join).empty());
    CHECK(opened(pair.at_sender, join) == "join");
    // The same receiver may turn to the other one.
    pair.receiver.sealer.answer(other.sealer.session());
    CHECK(opened(at_other, pair.receiver.say("join")) == "join");
}

TEST_CASE("what a receiver says is nothing to receivers", "[crypto][opener]") {
    Pair pair;
    CHECK(opened(pair.at_receiver, pair.receiver.say("join")).empty());
    CHECK(pair.at_receiver.unopened() == Unopened{.other = 1});
}

TEST_CASE("a sender hears of other senders, but not its own echo", "[crypto][opener]") {
    Pair pair;
    Speaker other(Side::sender);
    CHECK(opened(pair.at_sender, other.say("offer")) == "offer");
    CHECK(opened(pair.at_sender, pair.sender.say("offer")).empty());
    CHECK(pair.at_sender.unopened() == Unopened{});
}

TEST_CASE("once it takes part, a receiver believes one session alone", "[crypto][opener]") {
    Pair pair;
    Speaker other(Side::sender);
    CHECK(opened(pair.at_receiver, pair.sender.say("offer")) == "offer");
    pair.at_receiver.hold_to(pair.at_receiver.heard());
    CHECK(opened(pair.at_receiver, other.say("offer")).empty());
    CHECK(pair.at_receiver.unopened() == Unopened{.other = 1});
    CHECK(opened(pair.at_receiver, pair.sender.say("data")) == "data");
    pair.at_receiver.hold_to(std::nullopt);
    CHECK(opened(pair.at_receiver, other.say("offer")) == "offer");
}

TEST_CASE("forged sessions take the place of no real one", "[crypto][opener]") {
    Pair pair;
    CHECK(opened(pair.at_receiver, pair.sender.say("offer")) == "offer");
    const auto real = pair.sender.say("offer");
    for (int i = 1; i < 1000; ++i) {
        auto forged = real;
        forged[4] ^= static_cast<std::uint8_t>(i);
        forged[5] ^= static_cast<std::uint8_t>(i >> 8);
        CHECK(opened(pair.at_receiver, forged).empty());
    }
    CHECK(opened(pair.at_receiver, pair.sender.say("data")) == "data");
}

TEST_CASE("a flood of forged streams is derived no faster than the budget", "[crypto][opener]") {
    DerivationBudget budget;
    int spent = 0;
    while (budget.spend(kStart)) ++spent;
    CHECK(spent == 65536);
    CHECK_FALSE(budget.spend(kStart + 1us));
    // It refills at once, not after a while, so that nobody is locked out for long.
    CHECK(budget.spend(kStart + 1ms));
}

TEST_CASE("the table of sessions is bounded, and forgets the most silent", "[crypto][opener]") {
    PeerTable table(3, 64);
    for (std::uint64_t i = 1; i <= 3; ++i) table.add(i).heard = kStart + i * 1s;
    table.find(1)->heard = kStart + 9s;
    table.add(4).heard = kStart + 10s;
    CHECK(table.size() == 3);
    CHECK(table.find(1) != nullptr);
    CHECK(table.find(2) == nullptr);
    CHECK(table.find(3) != nullptr);
    CHECK(table.find(4) != nullptr);
}

TEST_CASE("a reservation is used up", "[crypto][opener]") {
    Pair pair;
    auto reservation = pair.sender.sealer.reserve(kStart, 2);
    auto message = octets("data");
    const iovec piece{message.data(), message.size()};
    Aead aead(Aead::Direction::seal);
    Octets one(message.size() + kOverhead);
    Octets two = one;
    reservation.seal(aead, {&piece, 1}, one.data());
    reservation.seal(aead, {&piece, 1}, two.data());
    CHECK(parse_head(one)->counter + 1 == parse_head(two)->counter);
    CHECK(parse_head(pair.sender.say("next"))->counter == parse_head(two)->counter + 1);
}
