// SPDX-License-Identifier: MIT
#include "storage/file_source.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::FileSource;
using test::Content;
using test::TempFolder;

namespace {

std::unique_ptr<FileSource> opened(const std::string& path) {
    auto source = FileSource::open(path);
    REQUIRE(source.has_value());
    return std::move(*source);
}

Error error_of(const std::string& path) {
    const auto source = FileSource::open(path);
    REQUIRE_FALSE(source.has_value());
    CHECK(source.error().message.find(path) != std::string::npos);
    return source.error();
}

Content content_of(const FileSource& source) {
    const Bytes all = source.view(0);
    return Content(all.begin(), all.end());
}

/// The mapping's bytes in memory right now.
std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (word == "RssFile:") break;
    std::size_t kilobytes = 0;
    status >> kilobytes;
    return kilobytes;
}

}  // namespace

TEST_CASE("a file is there as a whole", "[storage]") {
    const TempFolder folder;
    const auto content = test::random_content(10'000, 1);
    test::put_file(folder.file("f"), content);
    const auto source = opened(folder.file("f"));
    CHECK(source->size() == 10'000);
    CHECK((content_of(*source) == content));
    CHECK(source->check().has_value());
}

TEST_CASE("an empty file has no content and nothing wrong with it", "[storage]") {
    const TempFolder folder;
    test::put_file(folder.file("f"), {});
    const auto source = opened(folder.file("f"));
    CHECK(source->size() == 0);
    CHECK(source->view(0).empty());
    source->will_need(0, 100);
    source->done_with(0, 100);
    CHECK(source->check().has_value());
}

TEST_CASE("what cannot be sent is refused with the reason", "[storage]") {
    const TempFolder folder;
    CHECK(error_of(folder.file("none")).code == ErrorCode::not_found);

    const Error is_folder = error_of(folder.path());
    CHECK(is_folder.code == ErrorCode::unsupported);
    CHECK(is_folder.message.find("a folder") != std::string::npos);

    REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    const Error is_pipe = error_of(folder.file("pipe"));
    CHECK(is_pipe.code == ErrorCode::unsupported);
    CHECK(is_pipe.message.find("a pipe") != std::string::npos);

    CHECK(error_of("/dev/zero").code == ErrorCode::unsupported);
}

TEST_CASE("a file that may not be read is refused", "[storage]") {
    const TempFolder folder;
    test::put_file(folder.file("f"), {1});
    std::filesystem::permissions(folder.file("f"), std::filesystem::perms::none);
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    // Root may read anything, so it becomes somebody else for a moment.
    if (::getuid() == 0) REQUIRE(::seteuid(65534) == 0);
    const auto source = FileSource::open(folder.file("f"));
    if (::getuid() == 0) REQUIRE(::seteuid(0) == 0);
    REQUIRE_FALSE(source.has_value());
    CHECK(source.error().code == ErrorCode::permission);
}

TEST_CASE("a file with content but no size is not sent as an empty one", "[storage]") {
    CHECK(error_of("/proc/self/status").code == ErrorCode::unsupported);
}

TEST_CASE("a source that changes is an error that says what changed", "[storage]") {
    const TempFolder folder;
    const std::string path = folder.file("f");
    test::put_file(path, test::random_content(5000, 1));
    const auto source = opened(path);
    REQUIRE(source->check().has_value());
    std::string what;
    SECTION("it grows") {
        std::ofstream(path, std::ios::app) << "more";
        what = "from 5000 to 5004 bytes";
    }
    SECTION("it is cut short") {
        std::filesystem::resize_file(path, 4000);
        what = "from 5000 to 4000 bytes";
    }
    const auto result = source->check();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::source_changed);
    CHECK(result.error().message.find(what) != std::string::npos);
    CHECK(result.error().message.find(path) != std::string::npos);
}

TEST_CASE("a source that was touched is told, and is no error", "[storage]") {
    const TempFolder folder;
    const std::string path = folder.file("f");
    const auto content = test::random_content(5000, 1);
    test::put_file(path, content);
    // In the past, so that any change moves its times.
    const auto before = std::filesystem::last_write_time(path) - std::chrono::hours(1);
    std::filesystem::last_write_time(path, before);
    const auto source = opened(path);
    const auto stamp = source->check();
    REQUIRE(stamp.has_value());
    REQUIRE(source->check() == stamp);
    SECTION("it is written to in place") {
        std::fstream(path, std::ios::in | std::ios::out) << "other";
        CHECK(source->check() != stamp);
    }
    SECTION("the time of the last write is set") {
        std::filesystem::last_write_time(path, before + std::chrono::seconds(1));
        CHECK(source->check() != stamp);
    }
    CHECK(source->check().has_value());
    CHECK(source->changed().message.find(path) != std::string::npos);
}

TEST_CASE("what was opened is sent, whatever becomes of its name", "[storage]") {
    const TempFolder folder;
    const std::string path = folder.file("f");
    const auto content = test::random_content(5000, 1);
    test::put_file(path, content);
    const auto source = opened(path);
    SECTION("it is removed") {
        std::filesystem::remove(path);
    }
    SECTION("it is renamed") {
        std::filesystem::rename(path, folder.file("g"));
    }
    SECTION("another file takes its place") {
        test::put_file(folder.file("g"), test::random_content(7000, 2));
        std::filesystem::rename(folder.file("g"), path);
    }
    CHECK(source->check().has_value());
    CHECK((content_of(*source) == content));
}

TEST_CASE("a source that is cut short under the mapping reads as zeros and fails its check",
          "[storage][sigbus]") {
    const TempFolder folder;
    const std::string path = folder.file("f");
    test::put_file(path, Content(100'000, 7));
    const auto source = opened(path);
    std::filesystem::resize_file(path, 10'000);
    const Content content = content_of(*source);
    CHECK(content[9'999] == 7);
    CHECK(content[10'000] == 0);
    CHECK(content[99'999] == 0);
    const auto result = source->check();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::source_changed);
    CHECK(result.error().message.find("from 100000 to 10000 bytes") != std::string::npos);
}

TEST_CASE("a source that was cut short and restored in time stays failed", "[storage][sigbus]") {
    const TempFolder folder;
    const std::string path = folder.file("f");
    test::put_file(path, Content(100'000, 7));
    const auto time = std::filesystem::last_write_time(path);
    const auto source = opened(path);
    std::filesystem::resize_file(path, 10'000);
    CHECK(content_of(*source).back() == 0);
    std::filesystem::resize_file(path, 100'000);
    std::filesystem::last_write_time(path, time);
    const auto result = source->check();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::source_changed);
}

TEST_CASE("content that is done with leaves this process", "[storage]") {
    const TempFolder folder;
    constexpr std::size_t kSize = std::size_t{32} << 20;
    test::put_file(folder.file("f"), Content(kSize, 7));
    const auto source = opened(folder.file("f"));
    source->will_need(0, kSize);
    unsigned sum = 0;
    for (std::size_t at = 0; at < kSize; at += 4096) sum += source->view(0)[at];
    CHECK(sum == 7 * kSize / 4096);
    const std::size_t full = resident_kilobytes();
    for (std::size_t at = 0; at < kSize; at += 10'001) source->done_with(at, 10'001);
    CHECK(resident_kilobytes() + 31 * 1024 < full);
    CHECK(source->view(0)[kSize - 1] == 7);
}

TEST_CASE("a source is read as it is viewed, from any place to its end", "[storage]") {
    const TempFolder folder;
    Content content(5000);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i / 7);
    test::put_file(folder.file("f"), content);
    const auto source = storage::open_source(folder.file("f"));
    REQUIRE(source);
    Content copy(700);
    (*source)->read(4300, copy);
    CHECK(std::ranges::equal(copy, Bytes(content).last(700)));
    CHECK(std::ranges::equal((*source)->view(4300), copy));
    CHECK((*source)->view(5000).empty());
    CHECK((*source)->view(6000).empty());
}

TEST_CASE("hints beyond the end are clamped", "[storage][hostile]") {
    const TempFolder folder;
    test::put_file(folder.file("f"), Content(5000, 7));
    const auto source = opened(folder.file("f"));
    source->will_need(~ByteCount{0}, ~ByteCount{0});
    source->will_need(4000, ~ByteCount{0});
    source->done_with(4000, ~ByteCount{0});
    source->done_with(0, ~ByteCount{0});
    CHECK(source->view(0)[4999] == 7);
}

TEST_CASE("holes of a file are known without being read", "[storage]") {
    const TempFolder folder;
    constexpr ByteCount kSize = 8 << 20;
    test::put_file(folder.file("f"), test::random_content(1 << 20, 3));
    std::filesystem::resize_file(folder.file("f"), kSize);
    {
        std::fstream file(folder.file("f"), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4 << 20);
        file << "content";
    }
    const auto source = opened(folder.file("f"));
    CHECK(source->zeros_end(0) == 0);
    CHECK(source->zeros_end(2 << 20) == 4 << 20);
    CHECK(source->zeros_end(4 << 20) == 4 << 20);
    CHECK(source->zeros_end(5 << 20) == kSize);
    CHECK(source->zeros_end(kSize) == kSize);
}
