// SPDX-License-Identifier: MIT
#include "storage/file_sink.hpp"

#include <algorithm>
#include <cerrno>
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

namespace {

std::int64_t blocks_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_blocks;
}

}  // namespace

TEST_CASE("a file appears under its name only when it is finished", "[storage]") {
    Fixture f;
    const auto content = test::random_content(100'000, 1);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, content).has_value());
    CHECK_FALSE(std::filesystem::exists(f.a()));
    REQUIRE(sink->finish() == f.a());
    CHECK(f.folder.entries() == std::vector<std::string>{"a"});
    CHECK((test::file_content(f.a()) == content));
    CHECK_FALSE(sink->abandon().has_value());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("the content is on the disk before the file has its name, the name before success",
          "[storage]") {
    Fixture f;
    const auto sink = f.sink(10);
    REQUIRE(sink->finish().has_value());
    std::vector<Call> last = f.files.calls();
    std::erase(last, Call::identify);
    last.erase(last.begin(), last.end() - 3);
    CHECK(last == std::vector<Call>{Call::sync, Call::rename_new, Call::sync_folder});
}

TEST_CASE("an empty file is a file", "[storage]") {
    Fixture f;
    REQUIRE(f.sink(0)->finish() == f.a());
    CHECK(test::file_content(f.a()).empty());
}

TEST_CASE("pieces may come in any order, and are read back before the end", "[storage]") {
    Fixture f;
    const auto content = test::random_content(300'000, 2);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 200'000, Bytes(content).subspan(200'000)).has_value());
    REQUIRE(write(*sink, 0, Bytes(content).first(100'000)).has_value());
    REQUIRE(write(*sink, 100'000, Bytes(content).subspan(100'000, 100'000)).has_value());
    Content back(150'000);
    f.files.shorten_reads(4000);
    REQUIRE(sink->read(90'000, back).has_value());
    CHECK(std::ranges::equal(back, Bytes(content).subspan(90'000, 150'000)));
    REQUIRE(sink->finish().has_value());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("a run may have more pieces than the system takes at once", "[storage]") {
    Fixture f;
    const auto content = test::random_content(5000, 3);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, content, 1).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("a file that appears meanwhile is not replaced, and what was received is kept",
          "[storage]") {
    Fixture f;
    const auto sink = f.sink(3);
    REQUIRE(write(*sink, 0, Content{1, 2, 3}).has_value());
    test::put_file(f.a(), {9});
    const auto result = sink->finish();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::exists);
    CHECK(test::file_content(f.a()) == Content{9});
    const auto part = sink->abandon();
    REQUIRE(part.has_value());
    CHECK(test::file_content(*part) == Content{1, 2, 3});
}

TEST_CASE("overwrite replaces the file at the end, not before", "[storage]") {
    Fixture f;
    test::put_file(f.a(), {9});
    auto target = f.target(3);
    CHECK(f.create_error(target).code == ErrorCode::exists);
    target.overwrite = true;
    const auto sink = f.sink(target);
    REQUIRE(write(*sink, 0, Content{1, 2, 3}).has_value());
    CHECK(test::file_content(f.a()) == Content{9});
    REQUIRE(sink->finish() == f.a());
    CHECK(test::file_content(f.a()) == Content{1, 2, 3});
}

TEST_CASE("overwrite replaces a link and leaves alone what it leads to", "[storage][hostile]") {
    Fixture f;
    test::put_file(f.folder.file("precious"), {9});
    std::filesystem::create_symlink("precious", f.a());
    auto target = f.target(1);
    target.overwrite = true;
    const auto sink = f.sink(target);
    REQUIRE(write(*sink, 0, Content{1}).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK(test::file_content(f.folder.file("precious")) == Content{9});
    CHECK_FALSE(std::filesystem::is_symlink(f.a()));
}

TEST_CASE("the part file is named after the file and the id, and is never one that exists",
          "[storage]") {
    Fixture f;
    auto target = f.target(1);
    target.id = "0123abcd";
    const auto first = f.sink(target);
    CHECK(first->part_path() == f.folder.file("a.0123abcd.part"));
    const auto second = f.sink(target);
    CHECK(second->part_path() != first->part_path());
    CHECK(second->part_path().ends_with(".part"));
}

TEST_CASE("a link under the part name is not followed", "[storage][hostile]") {
    Fixture f;
    auto target = f.target(1);
    target.id = "0123abcd";
    std::filesystem::create_symlink("elsewhere", f.folder.file("a.0123abcd.part"));
    const auto sink = f.sink(target);
    REQUIRE(write(*sink, 0, Content{1}).has_value());
    CHECK_FALSE(std::filesystem::exists(f.folder.file("elsewhere")));
}

TEST_CASE("a name of full length has a part file, too", "[storage]") {
    Fixture f;
    auto target = f.target(1);
    target.offered = std::string(255, 'n');
    const auto sink = f.sink(target);
    REQUIRE(write(*sink, 0, Content{1}).has_value());
    CHECK(sink->finish() == f.folder.file(target.offered));
}

TEST_CASE("a file that will not fit is refused at once with both figures", "[storage]") {
    Fixture f;
    f.files.set_free_space(1000);
    auto target = f.target(5000);
    target.expected_bytes = 1001;
    const Error error = f.create_error(target);
    CHECK(error.code == ErrorCode::no_space);
    CHECK(error.message.find("1001 bytes") != std::string::npos);
    CHECK(error.message.find("1000 bytes") != std::string::npos);
    CHECK(f.folder.entries().empty());
    target.expected_bytes = 1000;
    CHECK(f.sink(target) != nullptr);
    target.expected_bytes = {};
    CHECK(f.sink(target) != nullptr);
}

TEST_CASE("a sink that received nothing leaves nothing", "[storage]") {
    Fixture f;
    SECTION("abandoned") {
        CHECK_FALSE(f.sink(10)->abandon().has_value());
    }
    SECTION("destroyed") {
        f.sink(10).reset();
    }
    CHECK(f.folder.entries().empty());
}

TEST_CASE("a sink that is destroyed unfinished keeps what it received as a part", "[storage]") {
    Fixture f;
    const std::string part = f.folder.file("a.0123abcd.part");
    {
        auto target = f.target(3);
        target.id = "0123abcd";
        const auto sink = f.sink(target);
        REQUIRE(write(*sink, 0, Content{1, 2, 3}).has_value());
    }
    CHECK(test::file_content(part) == Content{1, 2, 3});
}

TEST_CASE("zeros are not written where nothing was, and are read as zeros", "[storage]") {
    Fixture f;
    constexpr std::size_t kSize = std::size_t{4} << 20;
    Content content(kSize, 0);
    content[kSize - 1] = 1;
    const auto sink = f.sink(kSize);
    for (std::size_t at = 0; at < kSize; at += 65536)
        REQUIRE(write(*sink, at, Bytes(content).subspan(at, 65536)).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK(f.files.count(Call::write) == 1);
    CHECK(blocks_of(f.a()) * 512 <= 131072);
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("a run with one byte that is not zero is written, wherever the byte is", "[storage]") {
    Fixture f;
    const std::size_t at = GENERATE(0U, 1U, 63U, 64U, 65U, 1451U, 1452U, 9999U);
    Content content(10'000, 0);
    content[at] = 1;
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, content).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("zeros that come over other content are written", "[storage]") {
    Fixture f;
    const auto sink = f.sink(200'000);
    REQUIRE(write(*sink, 0, Content(200'000, 7)).has_value());
    REQUIRE(write(*sink, 70'000, Content(100, 0)).has_value());
    REQUIRE(sink->finish().has_value());
    Content expected(200'000, 7);
    std::fill_n(expected.begin() + 70'000, 100, std::uint8_t{0});
    CHECK((test::file_content(f.a()) == expected));
}

TEST_CASE("a sparse file stays sparse, whatever is scattered in it", "[storage]") {
    Fixture f;
    constexpr ByteCount kSize = ByteCount{8} << 20;
    const ByteCount step = GENERATE(ByteCount{100'000}, ByteCount{1} << 20);
    const ByteCount at = GENERATE(ByteCount{12'288}, ByteCount{7}, ByteCount{50'001});
    const ByteCount length = GENERATE(ByteCount{1}, ByteCount{4096});
    Content content(kSize, 0);
    std::int64_t used = 0;
    for (ByteCount begin = at; begin + length <= kSize / 2; begin += step, ++used)
        std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(begin), length, std::uint8_t{7});
    const auto sink = f.sink(kSize);
    // Packets of content, as they come, in runs that have nothing to do with the file's blocks.
    for (ByteCount begin = 0; begin < kSize; begin += 1'000'003)
        REQUIRE(write(*sink, begin,
                      Bytes(content).subspan(begin).first(
                          std::min<ByteCount>(1'000'003, kSize - begin)))
                    .has_value());
    REQUIRE(sink->finish().has_value());
    CHECK(blocks_of(f.a()) * 512 <= used * 4 * 4096);
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("nothing is written or read beyond the size", "[storage][hostile]") {
    Fixture f;
    const auto sink = f.sink(100);
    Content content(10, 1);
    const ByteCount at = GENERATE(ByteCount{91}, ByteCount{100}, ByteCount{1000}, ~ByteCount{0});
    const auto written = write(*sink, at, content);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().code == ErrorCode::internal);
    CHECK_FALSE(sink->read(at, content).has_value());
    CHECK(write(*sink, 100, Bytes()).has_value());
    CHECK(std::filesystem::file_size(sink->part_path()) == 100);
}

TEST_CASE("what gets the name is the file that was written", "[storage][hostile]") {
    Fixture f;
    const auto sink = f.sink(3);
    REQUIRE(write(*sink, 0, Content{1, 2, 3}).has_value());
    const std::string part = sink->part_path();
    std::string what;
    SECTION("another one of the same length takes its place") {
        test::put_file(f.folder.file("evil"), {6, 6, 6});
        std::filesystem::rename(f.folder.file("evil"), part);
        what = "was replaced";
    }
    SECTION("a link takes its place") {
        test::put_file(f.folder.file("evil"), {6, 6, 6});
        std::filesystem::remove(part);
        std::filesystem::create_symlink("evil", part);
        what = "was replaced";
    }
    SECTION("it is cut short") {
        std::filesystem::resize_file(part, 2);
        what = "was made longer or shorter";
    }
    SECTION("it is removed") {
        std::filesystem::remove(part);
        what = "was moved or removed";
    }
    const auto result = sink->finish();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::io);
    CHECK_THAT(result.error().message, Catch::Contains(what) && Catch::Contains(part));
    CHECK_FALSE(std::filesystem::exists(f.a()));
    // What is said to be left is what was received.
    const auto left = sink->abandon();
    CHECK(left.has_value() == (what == "was made longer or shorter"));
}

TEST_CASE("a part that somebody cuts short is an error to read", "[storage][hostile]") {
    Fixture f;
    const auto sink = f.sink(100);
    std::filesystem::resize_file(sink->part_path(), 50);
    Content back(100);
    const auto result = sink->read(0, back);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::io);
}

TEST_CASE("an ended sink takes nothing more", "[storage]") {
    Fixture f;
    const auto sink = f.sink(3);
    SECTION("finished") {
        REQUIRE(sink->finish().has_value());
    }
    SECTION("abandoned") {
        CHECK_FALSE(sink->abandon().has_value());
    }
    Content content(3, 1);
    CHECK_FALSE(write(*sink, 0, content).has_value());
    CHECK_FALSE(sink->read(0, content).has_value());
    CHECK_FALSE(sink->finish().has_value());
    CHECK(sink->release(3).has_value());
}

TEST_CASE("a file takes content at any time, released or not", "[storage]") {
    Fixture f;
    const auto content = test::random_content(std::size_t{20} << 20, 9);
    const auto sink = f.sink(content.size());
    CHECK_FALSE(sink->window().has_value());
    for (std::size_t at = 0; at < content.size(); at += 1 << 20) {
        REQUIRE(write(*sink, at, Bytes(content).subspan(at, 1 << 20)).has_value());
        REQUIRE(sink->release(at + (1 << 20)).has_value());
    }
    REQUIRE(sink->release(~ByteCount{0}).has_value());
    REQUIRE(sink->finish().has_value());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("a file of a stream is as long as the content when its end is known",
          "[storage][stream]") {
    Fixture f;
    auto target = f.target(ByteCount{1} << 40);
    target.open_end = true;
    const auto sink = f.sink(target);
    const auto content = test::random_content(100'000, 9);
    REQUIRE(write(*sink, 0, content).has_value());
    REQUIRE(write(*sink, 900'000, content).has_value());  // forged, beyond the end
    SECTION("which may be zeros") {
        REQUIRE(sink->end_at(150'000).has_value());
        CHECK_FALSE(write(*sink, 149'000, content).has_value());
        REQUIRE(sink->finish() == f.a());
        Content expected = content;
        expected.resize(150'000, 0);
        CHECK((test::file_content(f.a()) == expected));
    }
    SECTION("or none") {
        REQUIRE(sink->end_at(0).has_value());
        REQUIRE(sink->finish() == f.a());
        CHECK(test::file_content(f.a()).empty());
    }
}

TEST_CASE("a stream without end takes no room before it has content", "[storage][stream]") {
    Fixture f;
    auto target = f.target(ByteCount{1} << 60);
    target.open_end = true;
    const auto sink = f.sink(target);
    CHECK(std::filesystem::file_size(sink->part_path()) == 0);
}

TEST_CASE("zeros leave a hole where nothing was written, and make one where it was", "[storage]") {
    Fixture f;
    constexpr ByteCount kSize = 8 << 20;
    auto content = test::random_content(kSize, 5);
    const auto sink = f.sink(kSize);
    REQUIRE(write(*sink, 0, Bytes(content).first(2 << 20)));
    REQUIRE(sink->write_zeros((1 << 20) + 100, kSize - 5));
    REQUIRE(write(*sink, kSize - 5, Bytes(content).last(5)));
    std::fill(content.begin() + (1 << 20) + 100, content.end() - 5, std::uint8_t{0});
    REQUIRE(sink->finish());
    CHECK((test::file_content(f.a()) == content));
    CHECK(blocks_of(f.a()) * 512 < (1 << 20) + (64 << 10));
}

TEST_CASE("zeros are written where no hole can be made", "[storage]") {
    Fixture f;
    f.files.lack(Call::make_zero, EOPNOTSUPP);
    auto content = test::random_content(100'000, 5);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, content));
    REQUIRE(sink->write_zeros(5, 90'000));
    std::fill(content.begin() + 5, content.begin() + 90'000, std::uint8_t{0});
    REQUIRE(sink->finish());
    CHECK((test::file_content(f.a()) == content));
}

TEST_CASE("zeros beyond the end are refused", "[storage]") {
    Fixture f;
    const auto sink = f.sink(1000);
    CHECK_FALSE(sink->write_zeros(0, 1001));
    CHECK(sink->write_zeros(1000, 1000));
}
