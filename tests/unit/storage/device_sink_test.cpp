// SPDX-License-Identifier: MIT
#include "storage/device_sink.hpp"

#include <algorithm>
#include <cerrno>

#include "faulty_file_system.hpp"
#include "loop_device.hpp"
#include "runs.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::DeviceSink;
using test::Content;
using test::FaultyFileSystem;
using test::TempFolder;
using Call = FaultyFileSystem::Call;

namespace {

constexpr std::size_t kHead = DeviceSink::kHead;

/// A device of 4 MiB with old content, which a file stands for.
struct Fixture {
    static constexpr std::size_t kSize = 4 << 20;

    Fixture() : old(test::random_content(kSize, 1)) { test::put_file(path(), old); }

    [[nodiscard]] std::string path() const { return folder.file("disk"); }
    [[nodiscard]] Content content() const { return test::file_content(path()); }
    [[nodiscard]] auto create(ByteCount size, bool reread = false) {
        return DeviceSink::create(
            files,
            {.path = path(), .size = size, .reread_partitions = reread, .open_end = open_end});
    }
    [[nodiscard]] std::unique_ptr<DeviceSink> sink(ByteCount size, bool reread = false) {
        auto created = create(size, reread);
        REQUIRE(created.has_value());
        return std::move(*created);
    }

    /// Of a stream.
    [[nodiscard]] std::unique_ptr<DeviceSink> open_sink() {
        open_end = true;
        return sink(ByteCount{1} << 40);
    }

    TempFolder folder;
    FaultyFileSystem files;
    Content old;
    bool open_end = false;
};

[[nodiscard]] bool write(DeviceSink& sink, ByteCount offset, Bytes content) {
    return sink.write(offset, test::pieces_of(content, 1400)).has_value();
}

[[nodiscard]] bool starts_with_zeros(const Content& content) {
    return std::ranges::all_of(Bytes(content).first(kHead), [](auto byte) { return byte == 0; });
}

}  // namespace

TEST_CASE("a device gets the content, and keeps what lies behind it", "[storage]") {
    Fixture f;
    const auto content = test::random_content(3 << 20, 2);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 2 << 20, Bytes(content).subspan(2 << 20)));
    REQUIRE(write(*sink, 0, Bytes(content).first(2 << 20)));  // over the end of the head
    Content back(200'000);
    REQUIRE(sink->read(kHead - 100'000, back).has_value());
    CHECK(std::ranges::equal(back, Bytes(content).subspan(kHead - 100'000, 200'000)));
    REQUIRE(sink->finish() == f.path());
    auto expected = f.old;
    std::ranges::copy(content, expected.begin());
    CHECK((f.content() == expected));
    CHECK_FALSE(sink->abandon().has_value());
    CHECK((f.content() == expected));
}

TEST_CASE("the head of a device is zero on the disk before any content is, and comes last",
          "[storage]") {
    Fixture f;
    const auto content = test::random_content(f.kSize, 3);
    const auto sink = f.sink(content.size());
    CHECK((f.content() == f.old));
    REQUIRE(write(*sink, 2 << 20, Bytes(content).subspan(2 << 20, 10'000)));
    REQUIRE(write(*sink, 0, Bytes(content).first(10'000)));
    const std::vector<Call> first(f.files.calls().begin(), f.files.calls().begin() + 5);
    CHECK(first == std::vector<Call>{Call::open_device, Call::device_size, Call::write, Call::sync,
                                     Call::write});
    CHECK(starts_with_zeros(f.content()));
    REQUIRE(write(*sink, 0, content));
    bool zero_at_sync = true;
    f.files.before(Call::await_writeback, [&] { zero_at_sync &= starts_with_zeros(f.content()); });
    REQUIRE(sink->finish().has_value());
    CHECK(zero_at_sync);
    CHECK((f.content() == content));
    CHECK(f.files.calls().back() == Call::sync);
}

TEST_CASE("a device that got nothing keeps its content", "[storage]") {
    Fixture f;
    CHECK_FALSE(f.sink(f.kSize)->abandon().has_value());
    CHECK((f.content() == f.old));
}

TEST_CASE("a device whose content is not complete does not boot, and that is said", "[storage]") {
    Fixture f;
    const auto content = test::random_content(f.kSize, 4);
    const auto sink = f.sink(f.kSize);
    REQUIRE(write(*sink, 0, Bytes(content).first(3 << 20)));
    CHECK(sink->abandon() == f.path() + ", which does not boot: its first MiB is zero");
    CHECK(starts_with_zeros(f.content()));
    CHECK_FALSE(sink->abandon().has_value());
}

TEST_CASE("content that turns out to be wrong after the end does not boot", "[storage]") {
    Fixture f;
    const auto sink = f.sink(f.kSize);
    REQUIRE(write(*sink, 0, test::random_content(f.kSize, 5)));
    CHECK_FALSE(sink->take_back().has_value());
    REQUIRE(sink->finish().has_value());
    CHECK(sink->take_back() == f.path() + ", which does not boot: its first MiB is zero");
    CHECK(starts_with_zeros(f.content()));
}

TEST_CASE("an error at the end of a device is told, and it does not boot", "[storage]") {
    for (const Call call : {Call::await_writeback, Call::sync, Call::write}) {
        Fixture f;
        const auto sink = f.sink(f.kSize);
        REQUIRE(write(*sink, 0, test::random_content(f.kSize, 6)));
        f.files.fail_at(call, 1, EIO);
        const auto finished = sink->finish();
        REQUIRE_FALSE(finished.has_value());
        CHECK(finished.error().code == ErrorCode::io);
        CHECK_THAT(finished.error().message, Catch::Contains(f.path()));
        CHECK(sink->abandon().has_value());
        CHECK(starts_with_zeros(f.content()));
    }
}

TEST_CASE("a head that cannot be zeroed again is told", "[storage]") {
    Fixture f;
    const auto sink = f.sink(f.kSize);
    REQUIRE(write(*sink, 0, test::random_content(f.kSize, 7)));
    f.files.lack(Call::write, EIO);
    CHECK(sink->abandon() == f.path() + ", whose first MiB could not be zeroed");
}

TEST_CASE("a device that cannot take the content is refused for its reason", "[storage]") {
    Fixture f;
    const auto too_small = f.create(f.kSize + 1);
    REQUIRE_FALSE(too_small.has_value());
    CHECK(too_small.error().code == ErrorCode::no_space);
    CHECK(too_small.error().message ==
          f.path() + " has 4194304 bytes, and the content 4194305 bytes");
    const auto refused = [&](int error) {
        f.files.fail_at(Call::open_device, 1, error);
        const auto checked = DeviceSink::check(f.files, f.path());
        REQUIRE_FALSE(checked.has_value());
        f.files.fail_at(Call::open_device, 1, error);
        const auto created = f.create(f.kSize);
        REQUIRE_FALSE(created.has_value());
        CHECK(created.error().message == checked.error().message);
        return checked.error();
    };
    CHECK(refused(EBUSY).message == f.path() + " is mounted, or in use by another program");
    CHECK(refused(EROFS).message == f.path() + " is read-only");
    CHECK(refused(EACCES).code == ErrorCode::permission);
    CHECK((f.content() == f.old));
}

TEST_CASE("the kernel reads the partitions again only when asked to, after the last sync",
          "[storage]") {
    Fixture f;
    REQUIRE(f.sink(f.kSize)->finish().has_value());
    CHECK(f.files.count(Call::reread_partitions) == 0);
    REQUIRE(f.sink(f.kSize, true)->finish().has_value());
    CHECK(f.files.calls().back() == Call::reread_partitions);
    f.files.fail_at(Call::reread_partitions, 1, EINVAL);  // a partition has no table of its own
    CHECK(f.sink(f.kSize, true)->finish().has_value());
    f.files.fail_at(Call::reread_partitions, 1, EBUSY);
    const auto finished = f.sink(f.kSize, true)->finish();
    REQUIRE_FALSE(finished.has_value());
    CHECK_THAT(finished.error().message, Catch::Contains("partition table of " + f.path()));
}

TEST_CASE("a real device is claimed from its opening to its end", "[storage]") {
    const Fixture f;
    const auto device = test::LoopDevice::over(f.path());
    if (!device) {
        WARN("no loop device can be made here, so this is not tested");
        return;
    }
    auto& files = storage::real_file_system();
    REQUIRE(DeviceSink::check(files, device->path()).has_value());
    {
        const auto sink = DeviceSink::create(files, {device->path(), f.kSize, true});
        REQUIRE(sink.has_value());
        const auto second = DeviceSink::check(files, device->path());
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().message ==
              device->path() + " is mounted, or in use by another program");
        REQUIRE(write(**sink, 0, test::random_content(f.kSize, 8)));
        REQUIRE((*sink)->finish() == device->path());
    }
    CHECK(DeviceSink::check(files, device->path()).has_value());
    CHECK((f.content() == test::random_content(f.kSize, 8)));
}

TEST_CASE("a real device that is read-only is refused as that", "[storage]") {
    const Fixture f;
    const auto device = test::LoopDevice::over(f.path(), true);
    if (!device) {
        WARN("no loop device can be made here, so this is not tested");
        return;
    }
    const auto checked = DeviceSink::check(storage::real_file_system(), device->path());
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().message == device->path() + " is read-only");
}

TEST_CASE("a device takes a stream whose end is known last", "[storage][stream]") {
    Fixture f;
    const auto content = test::random_content(3 << 20, 5);
    const auto sink = f.open_sink();
    REQUIRE(write(*sink, 0, content));
    REQUIRE(sink->end_at(content.size()).has_value());
    CHECK_FALSE(write(*sink, content.size(), Bytes(content).first(1)));
    REQUIRE(sink->finish() == f.path());
    auto expected = f.old;
    std::ranges::copy(content, expected.begin());
    CHECK((f.content() == expected));
}

TEST_CASE("a stream that is shorter than the head of its device leaves what lies behind the head",
          "[storage][stream]") {
    Fixture f;
    const auto content = test::random_content(10'000, 5);
    const auto sink = f.open_sink();
    REQUIRE(write(*sink, 0, content));
    REQUIRE(sink->end_at(content.size()).has_value());
    REQUIRE(sink->finish() == f.path());
    CHECK(std::ranges::equal(Bytes(f.content()).first(content.size()), content));
    CHECK(std::ranges::equal(Bytes(f.content()).subspan(kHead), Bytes(f.old).subspan(kHead)));
}

TEST_CASE("what a stream has beyond its device fails only when it is verified",
          "[storage][stream]") {
    Fixture f;
    const auto content = test::random_content(20'000, 5);
    const auto sink = f.open_sink();
    CHECK(write(*sink, f.kSize - 10'000, content));
    CHECK(write(*sink, ByteCount{1} << 36, content));
    CHECK(f.content().size() == f.kSize);
    CHECK(sink->release(f.kSize).has_value());
    SECTION("or read back for that") {
        Content back(20'000);
        const auto read = sink->read(f.kSize - 10'000, back);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == ErrorCode::no_space);
        CHECK_THAT(read.error().message,
                   Catch::Contains("has 4194304 bytes, and the content is longer"));
    }
    SECTION("released") {
        const auto released = sink->release(f.kSize + 1);
        REQUIRE_FALSE(released.has_value());
        CHECK(released.error().code == ErrorCode::no_space);
    }
    SECTION("or when its end is known") {
        const auto ended = sink->end_at(f.kSize + 1);
        REQUIRE_FALSE(ended.has_value());
        CHECK(ended.error().code == ErrorCode::no_space);
        CHECK_THAT(ended.error().message, Catch::Contains("the content 4194305 bytes"));
    }
}

TEST_CASE("a stream goes onto a device that is smaller than a head", "[storage][stream]") {
    Fixture f;
    test::put_file(f.path(), Content(5'000, 7));
    const auto content = test::random_content(5'000, 5);
    const auto sink = f.open_sink();
    REQUIRE(write(*sink, 0, content));
    REQUIRE(sink->end_at(content.size()).has_value());
    REQUIRE(sink->finish() == f.path());
    CHECK((f.content() == content));
}

TEST_CASE("zeros replace the old content of a device, in its head and behind", "[storage]") {
    Fixture f;
    const bool lacking = GENERATE(false, true);
    if (lacking) f.files.lack(Call::make_zero, EOPNOTSUPP);
    auto content = test::random_content(3 << 20, 2);
    const auto sink = f.sink(content.size());
    REQUIRE(write(*sink, 0, content));
    REQUIRE(sink->write_zeros(100'001, (2 << 20) + 77));
    std::fill(content.begin() + 100'001, content.begin() + (2 << 20) + 77, std::uint8_t{0});
    CHECK(starts_with_zeros(f.content()));
    REQUIRE(sink->finish());
    CHECK(std::ranges::equal(Bytes(f.content()).first(content.size()), content));
    CHECK(std::ranges::equal(Bytes(f.content()).subspan(content.size()),
                             Bytes(f.old).subspan(content.size())));
}

TEST_CASE("zeros that come first clear the head of a device before", "[storage]") {
    Fixture f;
    const auto sink = f.sink(3 << 20);
    REQUIRE(sink->write_zeros(2 << 20, 3 << 20));
    CHECK(starts_with_zeros(f.content()));
    CHECK(sink->abandon().has_value());
}

TEST_CASE("zeros beyond the content of a device are refused", "[storage]") {
    Fixture f;
    const auto sink = f.sink(1 << 20);
    CHECK_FALSE(sink->write_zeros(0, (1 << 20) + 1));
}
