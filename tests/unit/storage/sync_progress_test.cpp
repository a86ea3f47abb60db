// SPDX-License-Identifier: MIT
// A slow disk tells what it has yet to take while it takes it.
#include "storage/sync_progress.hpp"

#include <vector>

#include "sink_fixture.hpp"

using namespace mcast;
using storage::SyncProgress;
using Fixture = test::SinkFixture;
using Call = test::FaultyFileSystem::Call;

namespace {

constexpr ByteCount kMiB = 1U << 20;

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
    Fixture f;
    const auto sink = f.sink(20 * kMiB);
    std::vector<ByteCount> left;
    f.files.before(Call::await_writeback, [&] { left.push_back(sink->left_to_sync()); });
    f.files.before(Call::rename_new, [&] { left.push_back(sink->left_to_sync()); });
    REQUIRE(sink->finish().has_value());
    CHECK(left == std::vector<ByteCount>{20 * kMiB, 4 * kMiB, 0});
}

TEST_CASE("a disk that fails while it is waited for fails the file", "[storage][fault]") {
    Fixture f;
    const auto sink = f.sink(20 * kMiB);
    f.files.fail_at(Call::await_writeback, 2, EIO);
    const auto finished = sink->finish();
    REQUIRE_FALSE(finished.has_value());
    CHECK(finished.error().code == ErrorCode::io);
    CHECK(f.files.count(Call::sync) == 0);
}

TEST_CASE("a file system that cannot tell is synced at once", "[storage][fault]") {
    Fixture f;
    const auto sink = f.sink(40 * kMiB);
    f.files.lack(Call::await_writeback, GENERATE(EINVAL, ENOSYS, EOPNOTSUPP));
    CHECK(sink->finish().has_value());
    CHECK(f.files.count(Call::await_writeback) == 1);
    CHECK(f.files.count(Call::sync) >= 1);
}
