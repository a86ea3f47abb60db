// SPDX-License-Identifier: MIT
#include "storage/command_outlet.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "runs.hpp"
#include "storage/pipe_sink.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using storage::CommandOutlet;
using storage::Consumer;
using storage::PipeSink;
using test::Content;

namespace {

constexpr ByteCount kMore = 3 << 20;  // than any pipe holds

std::unique_ptr<PipeSink> sink_to(const std::string& command, ByteCount size,
                                  milliseconds patience = seconds(60)) {
    auto outlet = CommandOutlet::create({command, {}, patience});
    REQUIRE(outlet.has_value());
    auto sink = PipeSink::create(std::move(*outlet), size, size);
    REQUIRE(sink.has_value());
    return std::move(*sink);
}

/// Writes all of it. The result is that of the first step that fails.
Result<std::string> send_all(PipeSink& sink, const Content& content) {
    if (auto done = sink.write(0, test::pieces_of(content, 1452)); !done)
        return std::unexpected(done.error());
    if (auto done = sink.release(content.size()); !done) return std::unexpected(done.error());
    return sink.finish();
}

Error failure_of(const std::string& command, ByteCount size, milliseconds patience = seconds(60)) {
    const auto sink = sink_to(command, size, patience);
    const auto done = send_all(*sink, test::random_content(size, 1));
    REQUIRE_FALSE(done.has_value());
    return done.error();
}

std::string exec_failure_of(const std::string& command, ByteCount size) {
    const Error error = failure_of(command, size);
    CHECK(error.code == ErrorCode::exec_failed);
    return error.message;
}

Content content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a command gets all content, and ends well", "[storage][command]") {
    const test::TempFolder folder;
    const auto copy = folder.path() + "/copy";
    for (const ByteCount size : {ByteCount{0}, ByteCount{1}, ByteCount{100'000}, kMore}) {
        const auto content = test::random_content(size, 2);
        const auto sink = sink_to("cat > " + copy, size);
        const auto path = send_all(*sink, content);
        REQUIRE(path.has_value());
        CHECK(path->empty());
        CHECK((content_of(copy) == content));
    }
}

TEST_CASE("a command starts with the first content and not before", "[storage][command]") {
    const test::TempFolder folder;
    const auto mark = folder.path() + "/mark";
    const auto content = test::random_content(10, 3);
    const auto sink = sink_to("touch " + mark + "; cat > /dev/null", content.size());
    REQUIRE(sink->write(0, test::pieces_of(content, 10)).has_value());
    CHECK_FALSE(std::filesystem::exists(mark));
    REQUIRE(sink->release(10).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK(std::filesystem::exists(mark));
}

TEST_CASE("a command that fails is an error with its status and last words",
          "[storage][command][fault]") {
    for (const ByteCount size : {ByteCount{10}, kMore}) {
        INFO(size << " bytes");
        CHECK(exec_failure_of("echo no room >&2; exit 3", size) ==
              "the command exited with status 3: no room");
        CHECK(exec_failure_of("cat > /dev/null; echo too late >&2; exit 3", size) ==
              "the command exited with status 3: too late");
        CHECK(exec_failure_of("kill -KILL $$", size) == "the command was killed by SIGKILL");
        CHECK(exec_failure_of("exit 0", size) == "the command ended before it had read everything");
        CHECK(exec_failure_of("head -c 5 > /dev/null", size) ==
              "the command ended before it had read everything");
    }
    CHECK(exec_failure_of("exit 3", 0) == "the command exited with status 3");
}

TEST_CASE("a command that goes on without its input is an error", "[storage][command][fault]") {
    CHECK(exec_failure_of("exec <&-; sleep 1000", kMore) ==
          "the command closed its input before it had read everything, and goes on");
}

TEST_CASE("a command that does not read the end is given up", "[storage][command][fault]") {
    const Error error = failure_of("sleep 1000", 10, milliseconds(1));
    CHECK(error.code == ErrorCode::timed_out);
    CHECK(error.message == "the command stands still: it does not read the last 10 bytes");
}

TEST_CASE("a command that has read everything is waited for, and known to be at work",
          "[storage][command]") {
    const test::TempFolder folder;
    const auto go = folder.path() + "/go";
    const auto sink = sink_to("cat > /dev/null; until test -e " + go + "; do sleep 0.01; done", 10);
    CHECK_FALSE(sink->reader_at_work());
    std::jthread end([&] {
        while (!sink->reader_at_work()) std::this_thread::sleep_for(milliseconds(1));
        CHECK(sink->left_to_sync() == 0);
        std::this_thread::sleep_for(milliseconds(20));
        std::ofstream{go};
    });
    // The command may be slow to read: that is not what is tried here.
    const auto content = test::random_content(10, 4);
    REQUIRE(sink->write(0, test::pieces_of(content, 10)).has_value());
    REQUIRE(sink->release(10).has_value());
    CHECK(sink->finish().has_value());
}

TEST_CASE("the wait for a command can be interrupted, whatever it is for",
          "[storage][command][fault]") {
    struct Case {
        const char* command;
        ByteCount size;
    };
    for (const auto& [command, size] :
         {Case{"sleep 1000", kMore}, Case{"cat > /dev/null; sleep 1000", 10}}) {
        const auto sink = sink_to(command, size);
        std::jthread interrupt([&] {
            while (size == 10 && !sink->reader_at_work())
                std::this_thread::sleep_for(milliseconds(1));
            sink->interrupt();
        });
        const auto done = send_all(*sink, test::random_content(size, 5));
        REQUIRE_FALSE(done.has_value());
        CHECK(done.error().code == ErrorCode::cancelled);
    }
}

TEST_CASE("a command whose content is abandoned does not see an end of it",
          "[storage][command][fault]") {
    const test::TempFolder folder;
    const auto mark = folder.path() + "/mark";
    const auto content = test::random_content(10, 6);
    const auto sink = sink_to("trap '' TERM; cat > /dev/null; touch " + mark, content.size() + 1);
    REQUIRE(sink->write(0, test::pieces_of(content, 10)).has_value());
    REQUIRE(sink->release(10).has_value());
    CHECK_FALSE(sink->abandon().has_value());
    CHECK_FALSE(std::filesystem::exists(mark));
}
