// SPDX-License-Identifier: MIT
// A receiver is told of zeros, which come without payload.
#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;

TEST_CASE("a file of zeros alone is received without any data", "[protocol]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    talk.hear(sender.zeros({{0, 1}, {2, 3}}));
    CHECK(talk.count(ReceiverEvent::Kind::started) == 1);
    CHECK(talk.count(Order::Kind::zeros) == 2);
    CHECK(talk.count(Order::Kind::verify) == 4);
    CHECK(talk.count(Order::Kind::finish) == 1);
}

TEST_CASE("zeros wait in the network while an output has to write many of them", "[protocol]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.core().set_backlog(ByteCount{600} << 20, 1000, true);
    talk.hear(sender.zeros({{0, 1}}));
    CHECK(talk.core().bytes_done() == 0);
    talk.core().set_backlog(ByteCount{600} << 20, 1000, false);  // it punches holes
    talk.hear(sender.zeros({{0, 1}}));
    CHECK(talk.core().bytes_done() == 20'000);
}

TEST_CASE("digests of zeros that do not come are asked for", "[protocol]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.zeros({{0, 3}}));
    talk.pass(milliseconds(100));
    CHECK_FALSE(talk.sent.all_private<wire::DigestRequest>().empty());
}

TEST_CASE("zeros beyond the window of an ordered output are not taken", "[protocol]") {
    ReceiverTalk talk;
    talk.obeys = false;
    talk.window = 20'000;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.zeros({{0, 3}}));
    CHECK(talk.core().bytes_done() == 20'000);
}
