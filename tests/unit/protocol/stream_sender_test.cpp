// SPDX-License-Identifier: MIT
// A sender of a stream: what it can send, what it keeps, and how it ends.
#include <algorithm>
#include <string>
#include <vector>

#include "protocol/send/member_limits.hpp"
#include "protocol/send/new_data_hold.hpp"
#include "protocol/send/repair_queue.hpp"
#include "protocol/send/sender_wait.hpp"
#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

SenderConfig stream_config() {
    SenderConfig config = sender_config();
    config.object = stream_of_tens();
    config.buffer = 50'000;
    config.plain = false;
    return config;
}

/// What goes out of a stream of blocks of ten and ten.
struct Outgoing {
    void send_new() {
        while (!object.starved()) {
            const auto symbol = object.peek_new();
            if (!symbol) break;
            object.pop_new(now, *symbol);
        }
    }
    std::uint64_t nack(const std::vector<wire::RepairRequest>& requests) {
        now += milliseconds(10);
        return object.add_nack(requests_of(requests), {.now = now, .horizon = now}).symbols;
    }
    ObjectSender object{stream_of_tens(), 0.0};
    Time now{seconds(1000)};
};

/// The repairs of a stream of which so many blocks have been sent.
struct Repairing {
    explicit Repairing(std::uint32_t blocks) : sent(blocks) {}
    NackOutcome nack(const std::vector<wire::RepairRequest>& requests) {
        return queue.add_nack(requests_of(requests), ObjectId{7},
                              {.now = now, .horizon = now, .end_block = sent});
    }
    std::vector<std::uint32_t> repaired() {
        std::vector<std::uint32_t> blocks;
        for (; const auto symbol = queue.peek(now); queue.pop(now))
            if (blocks.empty() || blocks.back() != symbol->block) blocks.push_back(symbol->block);
        return blocks;
    }
    std::vector<std::uint32_t> catch_up() {
        std::vector<std::uint32_t> blocks;
        while (!queue.catch_up_empty()) {
            queue.take_catch_up(now);
            for (const std::uint32_t block : repaired()) blocks.push_back(block);
        }
        return blocks;
    }
    RepairQueue queue{stream_of_tens().partition(), 10};
    std::uint32_t sent;
    Time now{seconds(1000)};
};

using Blocks = std::vector<std::uint32_t>;

/// A sender whose stream has a first receiver.
struct Streaming {
    explicit Streaming(SenderConfig config = stream_config())
        : talk(begun_with_one(std::move(config))) {}
    void write(ByteCount up_to, std::uint32_t digests = 0) {
        for (; digested < digests; ++digested) core().add_digest(digested, Buffer(16, 0));
        core().extend(up_to);
        talk.settle();
    }
    void report(ByteCount done, std::uint32_t node = 0x0a000001) {
        talk.hear(receiver(node).report({.bytes_done = done}));
    }
    [[nodiscard]] Sender& core() { return talk.core(); }
    [[nodiscard]] std::vector<ByteCount> offered_sizes() const {
        std::vector<ByteCount> sizes;
        for (const auto& offer : talk.sent.all_private<wire::Offer>())
            sizes.push_back(offer.object_size);
        return sizes;
    }
    SenderTalk talk;
    std::uint32_t digested = 0;
};

/// Two receivers of a stream, of which the first is checked.
struct Limited : WithParts {
    Limited() : WithParts(2, config()) { start(); }
    static SenderConfig config() {
        SenderConfig config = stream_config();
        config.digest.chunk_size = 25'000;
        return config;
    }
    void write(ByteCount up_to, std::uint32_t digests) {
        for (std::uint32_t c = 0; c < digests; ++c) parts.messages.add_digest(c, Buffer(16, 0));
        parts.object.extend(up_to);
        while (!parts.object.starved()) {
            const auto symbol = parts.object.peek_new();
            if (!symbol) break;
            parts.object.pop_new(now, *symbol);
        }
    }
    bool fails_having(ByteCount reached) {
        at(now + seconds(31));
        member(1).heard = member(1).reported = now;
        member(1).bytes_reached = reached;
        parts.limits.check(now, member(1));
        return !member(1).in_progress();
    }
};

}  // namespace

TEST_CASE("a block of a stream is begun only when all of it is there",
          "[protocol][object_sender][stream]") {
    Outgoing out;
    CHECK(out.object.starved());
    out.object.extend(9'999);
    CHECK(out.object.starved());
    out.object.extend(19'999);
    out.send_new();
    CHECK(out.object.position() == 10'000);
    CHECK(out.object.starved());
    CHECK_FALSE(out.object.first_pass_done());
}

TEST_CASE("a file is never starved", "[protocol][object_sender][stream]") {
    const ObjectSender file(ten_by_ten(4), 0.0);
    CHECK_FALSE(file.starved());
    CHECK(file.available() == 40'000);
}

TEST_CASE("the end of a stream sets free what is left", "[protocol][object_sender][stream]") {
    Outgoing out;
    out.object.extend(12'500);
    out.send_new();
    out.object.end();
    CHECK_FALSE(out.object.starved());
    CHECK_FALSE(out.object.first_pass_done());
    const auto symbol = out.object.peek_new();
    REQUIRE(symbol);
    CHECK(symbol->block == 1);
    out.send_new();
    CHECK(out.object.first_pass_done());
    CHECK(out.object.position() == 12'500);
    CHECK(out.object.id_of({1, 2, false, 500}) == wire::PayloadId{1, 2, 10});
    CHECK(out.object.id_of({1, 2, true, 1000}) == wire::PayloadId{1, 12, 10});
    CHECK(out.object.last_begun() == wire::PayloadId{1, 2, 10});
    CHECK(out.nack({ask_symbols(1, 0, 9)}) == 3);
}

TEST_CASE("an end where all has been sent, and one without content, end the first pass",
          "[protocol][object_sender][stream]") {
    Outgoing out;
    out.object.extend(20'000);
    out.send_new();
    CHECK_FALSE(out.object.first_pass_done());
    out.object.end();
    CHECK(out.object.first_pass_done());
    Outgoing empty;
    empty.object.end();
    CHECK(empty.object.first_pass_done());
    CHECK(empty.object.position() == 0);
}

TEST_CASE("whole blocks of a stream are released, and none that has not been sent",
          "[protocol][object_sender][stream]") {
    Outgoing out;
    out.object.extend(30'000);
    out.send_new();
    out.object.release(9'999);
    CHECK(out.object.released() == 0);
    out.object.release(19'999);
    CHECK(out.object.released() == 10'000);
    CHECK(out.nack({ask_symbols(0, 0, 3)}) == 0);
    CHECK(out.nack({ask_symbols(1, 0, 3)}) == 4);
    out.object.release(90'000);
    CHECK(out.object.released() == 30'000);
    out.object.release(10'000);
    CHECK(out.object.released() == 30'000);
}

TEST_CASE("repairs of blocks that are gone are dropped", "[protocol][repair_queue][stream]") {
    Repairing repair(10);
    repair.nack({ask_symbols(5, 0, 0), ask_symbols(6, 0, 0), ask_symbols(7, 0, 0)});
    repair.queue.drop_below(6);
    CHECK(repair.repaired() == Blocks{6, 7});
    CHECK(repair.nack({ask_symbols(5, 0, 0)}).symbols == 0);
    CHECK(repair.repaired().empty());
}

TEST_CASE("a repair under way ends when its block is gone", "[protocol][repair_queue][stream]") {
    Repairing repair(10);
    repair.nack({ask_symbols(5, 0, 3), ask_symbols(6, 0, 0)});
    REQUIRE(repair.queue.peek(repair.now)->block == 5);
    repair.queue.pop(repair.now);
    repair.queue.drop_below(6);
    CHECK(repair.repaired() == Blocks{6});
}

TEST_CASE("catch-up begins with what is still there", "[protocol][repair_queue][stream]") {
    Repairing repair(10);
    repair.nack({ask_blocks(0, 5)});
    repair.queue.drop_below(3);
    CHECK(repair.catch_up() == Blocks{3, 4, 5});
    repair.now += seconds(10);
    repair.nack({ask_blocks(0, 4)});
    CHECK(repair.catch_up() == Blocks{3, 4});
    repair.now += seconds(10);
    repair.nack({ask_object()});
    CHECK(repair.repaired() == Blocks{8, 9});
    CHECK(repair.catch_up() == Blocks{3, 4, 5, 6, 7});
    repair.now += seconds(10);
    repair.queue.drop_below(9);
    repair.nack({ask_blocks(8, 9)});
    CHECK(repair.repaired() == Blocks{9});
}

TEST_CASE("blocks of a stream have their books when new data has come to them",
          "[protocol][repair_queue][stream]") {
    Repairing repair(0);
    CHECK(repair.queue.demand(5) == 0);
    CHECK(repair.nack({ask_symbols(5, 0, 0)}).symbols == 0);
    repair.queue.parity_sent(7, 2);
    repair.sent = 8;
    CHECK(repair.nack({ask_symbols(7, 0, 0)}).symbols == 1);
    CHECK(repair.queue.peek(repair.now)->symbol == 2);
    CHECK(repair.queue.demand(7) == 3);
}

TEST_CASE("new data that waits for content waits for no receiver",
          "[protocol][new_data_hold][stream]") {
    Stage stage{kBegin};
    ObjectSender object{stream_of_tens(), 0.0};
    Membership group{1, {}};
    Member& member = group.add(NodeId{1}, kBegin);
    member.paces = true;
    member.window_end = member.window = 10'000;
    group.recount();
    const NewDataHold hold{stage, object, group};
    CHECK_FALSE(hold.held());
    stage.start(kBegin);
    CHECK(hold.held());
    CHECK(hold.paused());
    CHECK(hold.holder() == nullptr);
    CHECK_FALSE(hold.held_by(member));
    object.extend(10'000);
    CHECK_FALSE(hold.held());
}

TEST_CASE("without content a stream's sender is quiet, and asks for nothing",
          "[protocol][sender][stream]") {
    Streaming stream;
    stream.talk.pass(seconds(2));
    CHECK(stream.talk.sent.all<wire::CmdFlush>().empty());
    CHECK(stream.talk.data.empty());
    CHECK(stream.core().next_timeout() > stream.talk.now);
    CHECK(stream.core().waiting_for().kind == SenderWait::Kind::content);
    stream.write(15'000);
    stream.talk.pass(seconds(1));
    CHECK(stream.talk.data.size() == 10);
    CHECK_FALSE(stream.talk.sent.all<wire::CmdFlush>().empty());
    CHECK(stream.talk.sent.all<wire::CmdFlush>().back().id.block == 0);
}

TEST_CASE("a stream's offers tell no size before its end, and each flush brings one after it",
          "[protocol][sender][stream]") {
    Streaming stream;
    stream.write(15'000);
    stream.talk.pass(seconds(1));
    const auto open = stream.offered_sizes();
    CHECK(std::ranges::count(open, wire::Offer::kUnknownSize) ==
          static_cast<std::ptrdiff_t>(open.size()));
    stream.talk.sent.clear();
    stream.core().end_stream(stream.talk.now);
    stream.talk.pass(milliseconds(200));
    const auto ended = stream.offered_sizes();
    const auto flushes = stream.talk.sent.all<wire::CmdFlush>().size();
    CHECK(flushes > 2);
    CHECK(ended.size() >= flushes);
    CHECK(std::ranges::count(ended, ByteCount{15'000}) ==
          static_cast<std::ptrdiff_t>(ended.size()));
    CHECK(stream.talk.data.size() == 15);
    CHECK(stream.core().first_pass_done());
}

TEST_CASE("a stream's offers tell the size that is expected, which ends nothing",
          "[protocol][sender][stream]") {
    SenderConfig config = stream_config();
    config.size_hint = 12'000;
    Streaming stream{std::move(config)};
    stream.write(15'000);
    stream.talk.pass(seconds(1));
    for (const auto& offer : stream.talk.sent.all_private<wire::Offer>()) {
        CHECK(offer.size_hint == 12'000);
        CHECK(offer.object_size == wire::Offer::kUnknownSize);
    }
    stream.write(30'000);
    CHECK(stream.talk.data.size() == 30);
    CHECK(stream.core().config().object.open());
}

TEST_CASE("a stream's sender succeeds when its receivers have verified it",
          "[protocol][sender][stream]") {
    Streaming stream;
    stream.write(15'000, 2);
    stream.talk.pass(seconds(1));
    stream.core().end_stream(stream.talk.now);
    stream.core().set_root(kRoot);
    stream.talk.pass(milliseconds(100));
    stream.talk.hear(receiver().verified());
    stream.talk.pass(seconds(1));
    stream.talk.hear(receiver().done());
    stream.talk.pass(seconds(5));
    CHECK(stream.talk.result() == "success");
}

TEST_CASE(
    "content can be released when all that are waited for have verified it, and its digests "
    "are known",
    "[protocol][sender][stream]") {
    Streaming stream;
    stream.talk.hear(receiver(2).join());
    stream.write(30'000, 2);
    stream.talk.pass(seconds(1));
    CHECK(stream.core().releasable() == 0);
    stream.report(30'000);
    CHECK(stream.core().releasable() == 0);
    stream.report(10'000, 2);
    CHECK(stream.core().releasable() == 10'000);
    stream.report(30'000, 2);
    CHECK(stream.core().releasable() == 20'000);  // as far as there are digests
    stream.write(30'000, 3);
    CHECK(stream.core().releasable() == 30'000);
    stream.report(UINT32_MAX, 2);
    CHECK(stream.core().releasable() == 30'000);
    stream.report(0, 2);
    stream.core().detach(stream.talk.now, NodeId{2});
    CHECK(stream.core().releasable() == 30'000);
}

TEST_CASE("a receiver that joins when the beginning is gone is told so",
          "[protocol][admission][stream]") {
    Streaming stream;
    stream.write(30'000, 3);
    stream.talk.pass(seconds(1));
    stream.talk.hear(receiver(2).join());
    CHECK(stream.core().receiver(NodeId{2})->in_progress());
    stream.report(30'000);
    stream.report(30'000, 2);
    stream.core().release(20'000);
    stream.talk.hear(receiver(3).join());
    stream.talk.pass(seconds(1));
    const Member* late = stream.core().receiver(NodeId{3});
    REQUIRE(late);
    CHECK(late->state == State::failure);
    REQUIRE(late->error);
    CHECK(late->error->code == ErrorCode::joined_late);
    CHECK(late->error->why == MemberError::Why::joined_late);
    CHECK_FALSE(stream.talk.sent.states_of(NodeId{3}).empty());
    stream.talk.hear(receiver(2).join());  // again: it is in
    CHECK(stream.core().receiver(NodeId{2})->in_progress());
}

TEST_CASE("a receiver of a stream stands still only if it lacks what it could report",
          "[protocol][member_limits][stream]") {
    Limited limited;
    limited.write(60'000, 1);
    CHECK_FALSE(limited.fails_having(20'000));  // one chunk, that is two blocks
    CHECK(limited.fails_having(19'999));
    Limited half;
    half.write(40'000, 5);
    CHECK_FALSE(half.fails_having(20'000));  // the second chunk has not been sent yet
    Limited two;
    two.write(50'000, 5);
    CHECK(two.fails_having(20'000));
}

TEST_CASE("a starved sender names the receiver that its buffer is full for",
          "[protocol][sender_wait][stream]") {
    Limited scene;
    scene.member(1).bytes_done = 20'000;
    scene.write(30'000, 1);
    CHECK(sender_wait(scene.parts).kind == SenderWait::Kind::content);
    scene.write(45'000, 1);
    const auto wait = sender_wait(scene.parts);
    CHECK(wait.kind == SenderWait::Kind::buffer);
    CHECK(wait.names == std::vector<std::string>{"pc2"});
}
