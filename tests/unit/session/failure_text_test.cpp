// SPDX-License-Identifier: MIT
#include "session/send/failure_text.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using protocol::MemberError;
using protocol::SessionError;
using std::chrono::seconds;

namespace {

std::string text(MemberError error) {
    return failure_text(error);
}
std::string text(SessionError error) {
    return failure_text(error);
}

}  // namespace

TEST_CASE("a line names some of many", "[session][failure_text]") {
    CHECK(some_of({}).empty());
    CHECK(some_of({"a", "b"}) == "a, b");
    CHECK(some_of(std::vector<std::string>(8, "x")) == "x, x, x, x, x, x, x, x");
    CHECK(some_of(std::vector<std::string>(11, "x")) == "x, x, x, x, x, x, x, x and 3 more");
}

TEST_CASE("the failure of a receiver is told in words", "[session][failure_text]") {
    using Why = MemberError::Why;
    CHECK(text(MemberError{.message = "disk full"}) == "disk full");
    CHECK(text(MemberError{.why = Why::silent, .silence = seconds(60)}) ==
          "nothing was heard from it for 60 s");
    CHECK(text(MemberError{.why = Why::stands_still}) == "it reports, but nothing new reaches it");
    CHECK(text(MemberError{.why = Why::stands_still, .cause = LimitedBy::disk}) ==
          "its disk, or the reader of its output, stands still");
    CHECK(text(MemberError{.why = Why::stands_still, .cause = LimitedBy::host}) ==
          "it reports, but its machine loses what the network brings");
    CHECK(text(MemberError{.why = Why::unverified}) ==
          "it has all, and does not say that it verified it");
    CHECK(text(MemberError{.why = Why::unacknowledged}) ==
          "it answers, but never acknowledges the end");
    CHECK(text(MemberError{.why = Why::other_digest}) ==
          "what it verified is not what was sent: the digests of the whole differ");
    CHECK(text(MemberError{.why = Why::too_slow, .cause = LimitedBy::network}) ==
          "too slow for the others: its network loses more than theirs");
    CHECK(text(MemberError{.why = Why::detached}) == "detached by the sender's operator");
}

TEST_CASE("the failure of a session is told in words", "[session][failure_text]") {
    using Why = SessionError::Why;
    CHECK(text(SessionError{.message = "cancelled on request"}) == "cancelled on request");
    CHECK(text(SessionError{.why = Why::drained}) == "drained while no receiver was there");
    CHECK(text(SessionError{.why = Why::deserted}) == "no receiver is left");
    SessionError silent{.why = Why::silent, .count = 1, .host = "lab", .silence = seconds(30)};
    CHECK(text(silent) == "nothing was heard from lab for 30 s");
    silent.count = 2;
    CHECK(text(silent) == "nothing was heard from any of the 2 receivers for 30 s");
    SessionError failed{.why = Why::failed, .count = 1, .total = 2};
    CHECK(text(failed) == "1 of 2 receivers failed");
    failed.host = "lab";
    failed.first = MemberError{.message = "the disk is too small"};
    CHECK(text(failed) == "1 of 2 receivers failed: lab: the disk is too small");
}

TEST_CASE("hosts that are missing are named", "[session][failure_text]") {
    using Why = SessionError::Why;
    SessionError missing{.why = Why::missing, .count = 2, .total = 3, .absent = {"a"}};
    CHECK(text(missing) == "2 of 3 expected hosts do not have it: a did not come");
    missing.lacking = {"b"};
    CHECK(text(missing) == "2 of 3 expected hosts do not have it: a did not come; b failed");
    missing.absent = {};
    CHECK(text(missing) == "2 of 3 expected hosts do not have it: b failed");
    SessionError late{.why = Why::late, .total = 2};
    CHECK(text(late) == "no receiver joined in time");
    late.count = 1;
    late.absent = {"b"};
    CHECK(text(late) == "only 1 of 2 receivers joined in time: b did not come");
}

TEST_CASE("an error keeps its code and the system's number", "[session][failure_text]") {
    const Error given =
        to_error(SessionError{.code = ErrorCode::io, .system = 5, .message = "broken"});
    CHECK(given == Error{ErrorCode::io, 5, "broken"});
    CHECK(to_error(MemberError{.code = ErrorCode::no_space, .message = "full"}) ==
          Error{ErrorCode::no_space, 0, "full"});
}
