// SPDX-License-Identifier: MIT
#include "session/receive/output_writer.hpp"

#include "support/catch.hpp"
#include "unit/session/memory_sink.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

TEST_CASE("an output is released, and finished with the digest that it is given", "[session]") {
    SinkLog log;
    OutputWriter writer;
    writer.adopt(std::make_unique<MemorySink>(log, 10));
    CHECK(std::get<Released>(writer.run(Release{7}).value()).offset == 7);
    CHECK(log.released == std::vector<ByteCount>{7});
    const auto finished = writer.run(Finish{{}, "sha256:00"});
    CHECK(std::get<Finished>(finished.value()).path == "/final");
    CHECK(std::get<Finished>(finished.value()).digest_text == "sha256:00");
    CHECK(writer.put_away() == std::nullopt);
    CHECK_FALSE(log.abandoned);
}

TEST_CASE("an unfinished output is abandoned when it is put away, and when its writer goes",
          "[session]") {
    SinkLog away;
    SinkLog gone;
    OutputWriter writer;
    storage::Sink& sink = writer.adopt(std::make_unique<MemorySink>(away, 10));
    std::uint8_t byte = 1;
    const iovec piece{&byte, 1};
    REQUIRE(sink.write(0, std::span(&piece, 1)));
    CHECK(writer.put_away() == "/part");
    CHECK(away.abandoned);
    {
        OutputWriter other;
        other.adopt(std::make_unique<MemorySink>(gone, 10));
    }
    CHECK(gone.abandoned);
}

TEST_CASE("an interrupt counts for an output that is still to come, until it is renewed",
          "[session]") {
    SinkLog first;
    SinkLog second;
    OutputWriter writer;
    writer.interrupt();
    writer.adopt(std::make_unique<MemorySink>(first, 10));
    CHECK(first.interrupted);
    std::ignore = writer.put_away();
    writer.renew();
    writer.adopt(std::make_unique<MemorySink>(second, 10));
    CHECK_FALSE(second.interrupted);
    writer.interrupt();
    CHECK(second.interrupted);
}

TEST_CASE("a writer without an output has nothing to sync and nothing to put away", "[session]") {
    OutputWriter writer;
    CHECK(writer.left_to_sync() == 0);
    CHECK(writer.put_away() == std::nullopt);
}

TEST_CASE("an output says whether its reader is at work, if there is an output", "[session]") {
    SinkLog log;
    OutputWriter writer;
    CHECK_FALSE(writer.reader_at_work());
    auto sink = std::make_unique<MemorySink>(log, 10);
    sink->at_work = true;
    writer.adopt(std::move(sink));
    CHECK(writer.reader_at_work());
}
