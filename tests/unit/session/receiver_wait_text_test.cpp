// SPDX-License-Identifier: MIT
#include "session/receive/receiver_wait_text.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using protocol::ReceiverWait;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverWait::Kind;

namespace {

std::string text_of(const ReceiverWait& wait) {
    return wait_text(wait, seconds(30));
}

}  // namespace

TEST_CASE("what a receiver waits for is told in a sentence", "[session][receiver_wait]") {
    CHECK(text_of({}).empty());
    CHECK(text_of({Kind::offer}) == "waiting for an offer");
    CHECK(text_of({Kind::begin}) == "waiting for the sender to begin");
    CHECK(text_of({Kind::others}) == "waiting for faster receivers to be served first");
    CHECK(text_of({Kind::repairs}) == "waiting for repairs");
    CHECK(text_of({Kind::disk}) == "waiting for the disk");
    CHECK(text_of({Kind::reader}) == "waiting for the reader of the output");
    CHECK(wait_text({Kind::reader}, seconds(30), true) == "waiting for the command to read");
    CHECK(wait_text({Kind::disk}, seconds(30), true) == "waiting for the command to end");
    CHECK(text_of({Kind::confirmation}) == "waiting for the sender to confirm");
}

TEST_CASE("a silent sender is told with its silence", "[session][receiver_wait]") {
    CHECK(text_of({Kind::sender, milliseconds(12'700)}) ==
          "waiting for the sender, silent for 12 s of 30 s");
    CHECK(text_of({Kind::confirmation, seconds(5)}) ==
          "waiting for the sender to confirm, silent for 5 s of 30 s");
}
