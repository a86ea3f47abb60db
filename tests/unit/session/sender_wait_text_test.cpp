// SPDX-License-Identifier: MIT
#include "session/send/sender_wait_text.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using protocol::SenderWait;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderWait::Kind;

namespace {

std::string text_of(const SenderWait& wait) {
    return wait_text(wait, seconds(30));
}

}  // namespace

TEST_CASE("what a sender waits for is told in a sentence", "[session][sender_wait]") {
    CHECK(text_of({}).empty());
    CHECK(text_of({.kind = Kind::first}) == "waiting for the first receiver");
    CHECK(text_of({.kind = Kind::receivers, .count = 1, .wanted = 3}) ==
          "waiting for 1 more of 3 receivers");
    CHECK(text_of({.kind = Kind::receivers, .count = 2, .wanted = 2, .names = {"pc1", "pc2"}}) ==
          "waiting for 2 more of 2 receivers: pc1, pc2");
    CHECK(text_of({.kind = Kind::verification, .count = 2}) == "waiting for 2 receivers to verify");
    CHECK(text_of({.kind = Kind::repair, .count = 1}) ==
          "waiting for 1 receiver to get what is missing");
    CHECK(text_of({.kind = Kind::readers, .names = {"pc1"}}) ==
          "waiting for the command of pc1 to end");
    CHECK(text_of({.kind = Kind::readers, .names = {"pc1", "pc2"}}) ==
          "waiting for the commands of pc1, pc2 to end");
}

TEST_CASE("silent receivers are named, the first three of them", "[session][sender_wait]") {
    SenderWait wait{.kind = Kind::silent, .names = {"pc1"}, .silence = milliseconds(12'700)};
    CHECK(text_of(wait) == "waiting for pc1, silent for 12 s of 30 s");
    wait.names = {"a", "b", "c", "d", "e"};
    CHECK(text_of(wait) == "waiting for a, b, c and 2 more, silent for 12 s of 30 s");
}

TEST_CASE("an output that new data waits for is told with its silence", "[session][sender_wait]") {
    SenderWait wait{.kind = Kind::output, .names = {"pc2"}};
    CHECK(text_of(wait) == "waiting for pc2 to write out what it has");
    wait.silence = seconds(5);
    CHECK(text_of(wait) ==
          "waiting for pc2, silent for 5 s of 30 s: its output is written in order");
}
