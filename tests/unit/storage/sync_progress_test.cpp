// SPDX-License-Identifier: MIT
// What a slow disk has yet to take is told while it takes it.
#include "storage/sync_progress.hpp"

#include <vector>

#include "faulty_file_system.hpp"
#include "storage/file_sink.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::FileSink;
using storage::SyncProgress;
using test::FaultyFileSystem;
using Call = FaultyFileSystem::Call;

namespace {

constexpr ByteCount kMiB = 1U << 20;

struct Fixture {
    explicit Fixture(ByteCount size) {
        auto made =
            FileSink::create(files, {.output = folder.path(), .offered = "a", .size = size});
        REQUIRE(made.has_value());
        sink = std::move(*made);
    }
    test::TempFolder folder;
    FaultyFileSystem files;
    std::unique_ptr<FileSink> sink;
};

}  // namespace

TEST_CASE("what is left falls piece by piece, over all of it, to nothing", "[storage]") {
    SyncProgress progress;
    std::vector<ByteCount> left;
    ByteCount next = 0;
    progress.run(40 * kMiB, [&](ByteCount offset, ByteCount length) {
        CHECK(offset == next);
        next = offset + length;
        left.push_back(progress.left());
        return true;
    });
    CHECK(next == 40 * kMiB);
    CHECK(left == std::vector<ByteCount>{40 * kMiB, 24 * kMiB, 8 * kMiB});
    CHECK(progress.left() == 0);
}

TEST_CASE("a piece that cannot be brought to the disk ends it", "[storage]") {
    SyncProgress progress;
    int pieces = 0;
    progress.run(40 * kMiB, [&](ByteCount, ByteCount) { return ++pieces < 2; });
    CHECK(pieces == 2);
    CHECK(progress.left() == 0);
}

TEST_CASE("a file tells how much of it waits for the disk while it is finished", "[storage]") {
    Fixture f(20 * kMiB);
    std::vector<ByteCount> left;
    f.files.before(Call::await_writeback, [&] { left.push_back(f.sink->left_to_sync()); });
    f.files.before(Call::rename_new, [&] { left.push_back(f.sink->left_to_sync()); });
    REQUIRE(f.sink->finish().has_value());
    CHECK(left == std::vector<ByteCount>{20 * kMiB, 4 * kMiB, 0});
}

TEST_CASE("a disk that fails while it is waited for fails the file", "[storage][fault]") {
    Fixture f(20 * kMiB);
    f.files.fail_at(Call::await_writeback, 2, EIO);
    const auto finished = f.sink->finish();
    REQUIRE_FALSE(finished.has_value());
    CHECK(finished.error().code == ErrorCode::io);
    CHECK(f.files.count(Call::sync) == 0);
}

TEST_CASE("a file system that cannot tell is synced at once", "[storage][fault]") {
    Fixture f(40 * kMiB);
    f.files.lack(Call::await_writeback, GENERATE(EINVAL, ENOSYS, EOPNOTSUPP));
    CHECK(f.sink->finish().has_value());
    CHECK(f.files.count(Call::await_writeback) == 1);
    CHECK(f.files.count(Call::sync) >= 1);
}
