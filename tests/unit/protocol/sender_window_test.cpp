// SPDX-License-Identifier: MIT
// Receivers whose output is written in order: new data waits for the slowest of them.
#include <algorithm>
#include <string>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// The receiver for room in whose output new data waits; it is heard.
std::string output_awaited(const SenderTalk& talk) {
    const SenderWait wait = talk.core().waiting_for();
    if (wait.kind != SenderWait::Kind::output || wait.silence > Duration::zero()) return {};
    return wait.names.at(0);
}

constexpr std::uint32_t kBlocks = 40;

/// Its window ends where `blocks` blocks do.
Buffer report(const FakeReceiver& who, std::uint32_t blocks) {
    const auto partition = sender_config(kBlocks).object.partition();
    return who.report({.window_end = partition.block_offset(blocks)});
}

std::uint32_t highest_block(const SenderTalk& talk) {
    std::uint32_t highest = 0;
    for (const auto& symbol : talk.data) highest = std::max(highest, symbol.block);
    return highest;
}

SenderTalk begun(std::uint32_t receivers = 1) {
    auto config = sender_config(kBlocks);
    config.begin_with = receivers;
    SenderTalk talk(config);
    for (std::uint32_t i = 1; i <= receivers; ++i)
        talk.hear(receiver(i).join("pc" + std::to_string(i)));
    return talk;
}

}  // namespace

TEST_CASE("no block is begun beyond the lowest window", "[protocol][sender]") {
    SenderTalk talk = begun(2);
    talk.hear(report(receiver(1), 9));
    talk.hear(report(receiver(2), 5));
    talk.pass(milliseconds(900));
    CHECK(highest_block(talk) == 4);
    CHECK(output_awaited(talk) == "pc2");
    talk.hear(report(receiver(1), 9));
    talk.hear(report(receiver(2), 20));
    talk.pass(milliseconds(900));
    CHECK(highest_block(talk) == 8);
    CHECK(output_awaited(talk) == "pc1");
    talk.hear(report(receiver(1), kBlocks - 1));
    talk.hear(report(receiver(2), kBlocks - 1));
    talk.pass(seconds(1));
    CHECK(highest_block(talk) == kBlocks - 2);
}

TEST_CASE("while it waits for a window the sender flushes what it has sent", "[protocol][sender]") {
    SenderTalk talk = begun();
    talk.hear(report(receiver(1), 5));
    talk.pass(milliseconds(500));
    const auto flushes = talk.sent.all<wire::CmdFlush>();
    REQUIRE_FALSE(flushes.empty());
    CHECK(flushes.back().id.block == 4);
    CHECK(flushes.back().id.symbol == 9);
}

TEST_CASE("a receiver whose output is full sets the pace for as long as it holds up the data",
          "[protocol][sender]") {
    SenderTalk talk = begun(3);
    const auto report_all = [&](std::uint32_t first) {
        talk.hear(report(receiver(1), first));
        for (std::uint32_t other : {2U, 3U}) talk.hear(report(receiver(other), kBlocks - 1));
    };
    report_all(5);
    CHECK_FALSE(talk.core().pace());
    talk.pass_until([&] { return talk.core().pace().has_value(); }, seconds(10));
    REQUIRE(talk.core().pace());
    CHECK(talk.core().pace()->node == NodeId{1});
    CHECK(talk.core().pace()->cause == Cause::reader);
    report_all(kBlocks - 1);
    talk.pass_until([&] { return !talk.core().pace(); }, seconds(10));
    CHECK_FALSE(talk.core().pace());
}

TEST_CASE("a window without room for a block holds nobody, nor does one that moves back",
          "[protocol][sender]") {
    for (const bool back : {false, true}) {
        SenderTalk talk = begun(2);
        talk.hear(report(receiver(1), 20));
        if (back) talk.hear(report(receiver(2), 20));
        talk.hear(receiver(2).report({.window_end = 1}));
        talk.pass(seconds(1));
        CHECK(highest_block(talk) == 19);
    }
}

TEST_CASE("one that joined too late for its window holds nobody up", "[protocol][sender]") {
    SenderTalk talk = begun();
    talk.hear(report(receiver(1), 20));
    talk.pass(seconds(1));
    REQUIRE(highest_block(talk) == 19);
    talk.hear(receiver(2).join("late"));
    talk.hear(report(receiver(2), 3));
    talk.hear(report(receiver(1), 30));
    talk.pass(seconds(1));
    CHECK(highest_block(talk) == 29);
}

TEST_CASE("a receiver that never takes what it has is given up, and the others go on",
          "[protocol][sender]") {
    SenderTalk talk = begun(2);
    const auto limit = sender_config().progress_limit;
    talk.hear(report(receiver(1), 5));
    const ByteCount five = sender_config(kBlocks).object.partition().block_offset(5);
    for (const Time stop = talk.now + limit + seconds(2); talk.now < stop;) {
        talk.pass(milliseconds(200));
        talk.hear(receiver(1).report({.bytes_done = five, .window_end = five}));
        talk.hear(receiver(2).report({.bytes_done = talk.core().position()}));
    }
    REQUIRE(talk.core().receivers().size() == 2);
    const Member& stuck = talk.core().receivers()[0];
    REQUIRE(stuck.error);
    CHECK(stuck.error->code == ErrorCode::timed_out);
    CHECK(talk.core().receivers()[1].in_progress());
    CHECK(highest_block(talk) == kBlocks - 1);
}
