// SPDX-License-Identifier: MIT
// A file on a disk, or a file system, that fails or lacks something.
#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "sink_fixture.hpp"

using namespace mcast;
using storage::FileSink;
using storage::FileTarget;
using test::Content;
using test::FaultyFileSystem;
using test::TempFolder;
using test::write;
using Fixture = test::SinkFixture;
using Call = FaultyFileSystem::Call;

TEST_CASE("short writes are continued where they stopped", "[storage][fault]") {
    Fixture f;
    const std::size_t limit = GENERATE(1U, 7U, 100U, 101U, 250U);
    CAPTURE(limit);
    f.files.shorten_writes(limit);
    const auto content = test::random_content(2000, 4);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, content, 100).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("an interrupted write or read is tried again", "[storage][fault]") {
    Fixture f;
    const auto content = test::random_content(2000, 5);
    const auto sink = f.sink(content.size());
    f.files.fail_at(Call::write, 1, EINTR);
    REQUIRE(write(*sink, 0, content).has_value());
    f.files.fail_at(Call::read, 1, EINTR);
    Content back(2000);
    REQUIRE(sink->read(0, back).has_value());
    CHECK((back == content));
}

TEST_CASE("a full disk is no_space, naming the file, and what came before is kept",
          "[storage][fault]") {
    Fixture f;
    const auto content = test::random_content(10'000, 6);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, Bytes(content).first(5000)).has_value());
    f.files.fail_at(Call::write, 1, ENOSPC);
    const auto result = write(*sink, 5000, Bytes(content).subspan(5000));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::no_space);
    CHECK(result.error().system == ENOSPC);
    CHECK(result.error().message.find(sink->part_path()) != std::string::npos);
    const std::string part = sink->part_path();
    CHECK(sink->abandon() == part);
    CHECK_FALSE(std::filesystem::exists(f.a()));
    CHECK(std::ranges::equal(Bytes(test::file_content(part)).first(5000),
                             Bytes(content).first(5000)));
}

TEST_CASE("a failing write names its place, and the size where that is known", "[storage][fault]") {
    Fixture f;
    auto target = f.target(10'000);
    target.open_end = GENERATE(false, true);
    const auto sink = f.sink(target);
    f.files.fail_at(Call::write, 1, EIO);
    const auto result = write(*sink, 5000, Content(100, 1));
    REQUIRE_FALSE(result.has_value());
    const bool told = result.error().message.find("at byte 5000 of 10000") != std::string::npos;
    CHECK(told == !target.open_end);
    CHECK(result.error().message.find("at byte 5000") != std::string::npos);
}

TEST_CASE("a write that takes nothing is an error, not a loop", "[storage][fault]") {
    Fixture f;
    f.files.shorten_writes(0);
    const auto sink = f.sink(10);
    const auto result = write(*sink, 0, test::random_content(10, 7));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::io);
}

TEST_CASE("a bad disk is io, on the way in, out and at the end", "[storage][fault]") {
    Fixture f;
    const auto sink = f.sink(100);
    Content content = test::random_content(100, 8);
    f.files.fail_at(Call::write, 1, EIO);
    f.files.fail_at(Call::read, 1, EIO);
    f.files.fail_at(Call::sync, 1, EIO);
    const auto written = write(*sink, 0, content);
    const auto read = sink->read(0, content);
    const auto finished = sink->finish();
    REQUIRE_FALSE(written.has_value());
    REQUIRE_FALSE(read.has_value());
    REQUIRE_FALSE(finished.has_value());
    CHECK(written.error().code == ErrorCode::io);
    CHECK(read.error().code == ErrorCode::io);
    CHECK(finished.error().code == ErrorCode::io);
    CHECK_FALSE(std::filesystem::exists(f.a()));
}

TEST_CASE("a folder that cannot be synced is told although the file is there", "[storage][fault]") {
    Fixture f;
    const auto sink = f.sink(0);
    f.files.fail_at(Call::sync_folder, 1, EIO);
    const auto result = sink->finish();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::io);
    CHECK_FALSE(sink->abandon().has_value());
    CHECK(std::filesystem::exists(f.a()));
}

TEST_CASE("where nobody can tell the free space, the disk will", "[storage][fault]") {
    Fixture f;
    auto target = f.target(5000);
    target.expected_bytes = 5000;
    SECTION("the call fails") {
        f.files.lack(Call::free_space, ENOSYS);
    }
    SECTION("the file system says nothing") {
        f.files.set_free_space(std::nullopt);
    }
    CHECK(f.sink(target) != nullptr);
}

TEST_CASE("a failure at the start leaves nothing behind", "[storage][fault]") {
    Fixture f;
    SECTION("the folder is not writable") {
        f.files.fail_at(Call::create, 1, EACCES);
        CHECK(f.create_error(f.target(10)).code == ErrorCode::permission);
    }
    SECTION("the file system has no such large files") {
        f.files.fail_at(Call::resize, 1, EFBIG);
        CHECK(f.create_error(f.target(10)).code == ErrorCode::no_space);
    }
    SECTION("no file is so large") {
        CHECK(f.create_error(f.target(~ByteCount{0})).code == ErrorCode::unsupported);
    }
    SECTION("the name is unsafe") {
        auto target = f.target(10);
        target.offered = "../b";
        CHECK(f.create_error(target).code == ErrorCode::protocol);
    }
    CHECK(f.folder.entries().empty());
}

TEST_CASE("a file system without fsync is one to write to", "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::sync, GENERATE(EINVAL, ENOSYS, EOPNOTSUPP));
    f.files.lack(Call::sync_folder, GENERATE(EINVAL, ENOSYS, EOPNOTSUPP, EACCES));
    const auto sink = f.sink(1);
    REQUIRE(write(*sink, 0, Content{1}).has_value());
    CHECK(sink->finish() == f.a());
}

TEST_CASE("a folder that may not be listed is written to, its new name synced with the file",
          "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::sync_folder, GENERATE(EACCES, EPERM));
    const auto sink = f.sink(1);
    REQUIRE(write(*sink, 0, Content{1}).has_value());
    const bool bad_disk = GENERATE(false, true);
    if (bad_disk) f.files.fail_at(Call::sync, 2, EIO);
    CHECK(sink->finish().has_value() == !bad_disk);
    CHECK(f.files.count(Call::sync) == 2);
    CHECK(std::filesystem::exists(f.a()));
}

TEST_CASE("a file that cannot be made longer becomes so by its last byte", "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::resize, GENERATE(EPERM, EINVAL, EOPNOTSUPP));
    const auto sink = f.sink(100'000);
    REQUIRE(write(*sink, 0, Content{1}).has_value());
    REQUIRE(sink->finish().has_value());
    Content expected(100'000, 0);
    expected[0] = 1;
    CHECK((test::file_content(f.a()) == expected));
}

TEST_CASE("a stream whose file cannot be given a length keeps its last byte",
          "[storage][fault][stream]") {
    Fixture f;
    f.files.lack(Call::resize, EPERM);
    auto target = f.target(1'000'000);
    target.open_end = true;
    const auto sink = f.sink(target);
    const Content content(1000, 7);
    REQUIRE(write(*sink, 0, content).has_value());
    const ByteCount size = GENERATE(1000U, 2000U);
    REQUIRE(sink->end_at(size).has_value());
    REQUIRE(sink->finish().has_value());
    Content expected = content;
    expected.resize(size, 0);
    CHECK((test::file_content(f.a()) == expected));
}
