// SPDX-License-Identifier: MIT
#include "protocol/send/stage.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::seconds;

namespace {
constexpr Time kBegin{seconds(1000)};
}

TEST_CASE("a session gathers, sends, tells the end and has ended", "[protocol][stage]") {
    Stage stage(kBegin);
    CHECK(stage.gathering());
    CHECK_FALSE(stage.started());
    stage.start(kBegin + seconds(1));
    CHECK(stage.sending());
    stage.end({}, 1);
    CHECK(stage.ending());
    CHECK(stage.started() == kBegin + seconds(1));
    CHECK(stage.tell_end() == Stage::Telling::last);
    CHECK(stage.ending());
    CHECK(stage.tell_end() == Stage::Telling::over);
    CHECK(stage.ended());
}

TEST_CASE("the end is told as often as was asked for", "[protocol][stage]") {
    Stage stage(kBegin);
    stage.end(SessionError{.code = ErrorCode::timed_out}, 3);
    CHECK(stage.tell_end() == Stage::Telling::again);
    CHECK(stage.tell_end() == Stage::Telling::again);
    CHECK(stage.tell_end() == Stage::Telling::last);
    CHECK(stage.tell_end() == Stage::Telling::over);
    REQUIRE(stage.error());
    CHECK(stage.error()->code == ErrorCode::timed_out);
}

TEST_CASE("the sleep of the process is no waiting for receivers", "[protocol][stage]") {
    Stage stage(kBegin);
    CHECK(stage.waited(kBegin + seconds(5)) == seconds(5));
    stage.shift(seconds(3));
    CHECK(stage.waited(kBegin + seconds(5)) == seconds(2));
}
