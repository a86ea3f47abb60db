// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// All that is due now.
Sent sent_by(WithReceiverParts& scene) {
    Sent sent;
    Transmit out;
    while (scene.output.poll(scene.now, out)) sent.add(out.control());
    return sent;
}

}  // namespace

TEST_CASE("nothing goes out that is not due", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    CHECK(sent_by(scene).size() == 0);
}

TEST_CASE("a join has our challenge and host", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.due.set(ReceiverDue::join);
    const Sent sent = sent_by(scene);
    const auto joins = sent.all_private<wire::Join>();
    REQUIRE(joins.size() == 1);
    CHECK(joins[0].challenge == kChallenge);
    CHECK(joins[0].host == "lab");
    CHECK(joins[0].transfer == kTransfer);
}

TEST_CASE("a report tells what is held and waits for the disk", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    scene.block(0);
    scene.parts.backlog = {.bytes = ByteCount{1} << 40, .limit = 8};
    scene.parts.due.set(ReceiverDue::report);
    const Sent sent = sent_by(scene);
    const auto reports = sent.all_private<wire::Report>();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].bytes_done == 10'000);
    CHECK(reports[0].backlog == UINT32_MAX);
    CHECK(reports[0].backlog_limit == 8);
}

TEST_CASE("a report tells of a program that has yet to end, once all else is done",
          "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.reader_at_work = true;
    const auto told = [&] {
        scene.parts.due.set(ReceiverDue::report);
        return sent_by(scene).all_private<wire::Report>().at(0).reader_at_work;
    };
    CHECK_FALSE(told());
    scene.parts.stage = ReceiverStage::finishing;
    CHECK(told());
}

TEST_CASE("a failure goes out with its text", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.joining.confirm();
    scene.ending.fail(scene.now, {.code = ErrorCode::no_space, .message = "full"});
    const Sent sent = sent_by(scene);
    const auto reports = sent.all_private<wire::Report>();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].state == wire::ReportState::failed);
    CHECK(reports[0].message == "full");
}

TEST_CASE("success in a large group is a short message", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.sender.group = 10'000;
    scene.begin();
    scene.parts.joining.confirm();
    scene.ending.succeed(scene.now, kRoot);
    scene.ending.tell(scene.now);
    const Sent sent = sent_by(scene);
    CHECK(sent.all_private<wire::Done>().size() == 1);
    CHECK(sent.all_private<wire::Report>().empty());
}

TEST_CASE("a NACK asks for what is missing, and is counted", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(0, 1);
    scene.data(1, 0);
    scene.at(scene.parts.timers.at(ReceiverTimer::nack));
    scene.parts.timers.stop(ReceiverTimer::nack);
    scene.requests.on_nack_timer(scene.now);
    const Sent sent = sent_by(scene);
    CHECK_FALSE(sent.requests().empty());
    CHECK(scene.parts.stats.nacks == 1);
    CHECK(scene.parts.nacks.nacked() == scene.now);
}

TEST_CASE("a receiver that has ended says nothing", "[protocol][receiver_output]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.due.set(ReceiverDue::report);
    scene.ending.end(std::nullopt);
    CHECK(sent_by(scene).size() == 0);
}
