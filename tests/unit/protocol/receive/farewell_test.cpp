// SPDX-License-Identifier: MIT
#include "protocol/receive/farewell.hpp"

#include "datagrams.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::seconds;

namespace {

constexpr Time kNow = Time(seconds(1000));
constexpr Duration kLimit = seconds(30);
const auto kNoRoom = ReceiverError::of({ErrorCode::no_space, 0, "no room"});

}  // namespace

TEST_CASE("a failure is told for three seconds", "[protocol][farewell]") {
    Farewell farewell;
    farewell.fail(kNoRoom, "no room");
    farewell.begin(kNow);
    CHECK(farewell.error_number() == static_cast<std::uint16_t>(ErrorCode::no_space));
    CHECK(farewell.text() == "no room");
    CHECK_FALSE(farewell.told_enough(kNow + seconds(3), kLimit));
    CHECK(farewell.told_enough(kNow + seconds(3) + Duration(1), kLimit));
}

TEST_CASE("success is told for as long as a silent sender is borne", "[protocol][farewell]") {
    Farewell farewell;
    farewell.succeed(kRoot);
    farewell.begin(kNow);
    CHECK(farewell.error_number() == 0);
    CHECK_FALSE(farewell.told_enough(kNow + kLimit, kLimit));
    CHECK(farewell.told_enough(kNow + kLimit + Duration(1), kLimit));
    CHECK_FALSE(farewell.told_enough(kNow + seconds(3), seconds(1)));
}

TEST_CASE("a sender that has ended is told no longer than three seconds", "[protocol][farewell]") {
    Farewell farewell;
    farewell.on_sender_ended();
    farewell.succeed(kRoot);
    farewell.begin(kNow);
    CHECK_FALSE(farewell.sender_named_root());
    CHECK(farewell.told_enough(kNow + seconds(4), kLimit));
}

TEST_CASE("the process's own sleep is no time of telling", "[protocol][farewell]") {
    Farewell farewell;
    farewell.fail(kNoRoom, "no room");
    farewell.begin(kNow);
    farewell.shift(seconds(10));
    CHECK_FALSE(farewell.told_enough(kNow + seconds(12), kLimit));
}

TEST_CASE("success is confirmed by the same digest of the whole only", "[protocol][farewell]") {
    Farewell farewell;
    farewell.succeed(kRoot);
    CHECK_FALSE(farewell.confirmed(kRoot));
    const auto error = farewell.confirmed(Bytes(kRoot).first(8));
    REQUIRE(error);
    CHECK(error->code == ErrorCode::integrity);
}

TEST_CASE("a failure stands, whatever the sender says of it", "[protocol][farewell]") {
    Farewell farewell;
    farewell.fail(kNoRoom, "no room");
    CHECK(farewell.confirmed(kRoot)->code == ErrorCode::no_space);
    CHECK(farewell.counted_failed(ErrorCode::integrity)->code == ErrorCode::no_space);
}

TEST_CASE("a sender that counts this receiver as failed refutes success only by the digest",
          "[protocol][farewell]") {
    Farewell farewell;
    farewell.succeed(kRoot);
    CHECK_FALSE(farewell.counted_failed(ErrorCode::receiver_lost));
    REQUIRE(farewell.counted_failed(ErrorCode::integrity));
}

TEST_CASE("a sender that ended while the file got its name has named its digest",
          "[protocol][farewell]") {
    Farewell farewell;
    farewell.on_sender_ended(kRoot);
    farewell.on_sender_ended();
    CHECK(farewell.sender_named_root());
    farewell.succeed(farewell.sent_root());
    CHECK_FALSE(farewell.confirmed(farewell.sent_root()));
}
