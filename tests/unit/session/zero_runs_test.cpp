// SPDX-License-Identifier: MIT
#include "session/send/zero_runs.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using Runs = std::vector<protocol::ByteRange>;

namespace {

constexpr ByteCount kPage = 4096;
constexpr ByteCount kLeast = ZeroRuns::kLeast;

std::vector<std::uint8_t> content_with(std::size_t size,
                                       std::initializer_list<std::size_t> places) {
    std::vector<std::uint8_t> content(size, 0);
    for (const std::size_t place : places) content[place] = 1;
    return content;
}

}  // namespace

TEST_CASE("runs of zeros are found in whole pages", "[session]") {
    ZeroRuns runs;
    runs.add(0, content_with(4 * kLeast, {0, 2 * kLeast + 5}));
    const Scanned scanned = runs.take();
    CHECK(scanned.zeros == Runs{{kPage, 2 * kLeast}, {2 * kLeast + kPage, 4 * kLeast}});
    CHECK(scanned.up_to == 4 * kLeast);
}

TEST_CASE("short runs of zeros are not told", "[session]") {
    ZeroRuns runs;
    runs.add(0, content_with(2 * kLeast, {0, kLeast, 2 * kLeast - 1}));
    CHECK(runs.take().zeros.empty());
    CHECK(runs.up_to() == 2 * kLeast);
}

TEST_CASE("a run that goes on is told with its new end", "[session]") {
    ZeroRuns runs;
    const auto zeros = content_with(kLeast - kPage, {});
    runs.add(0, zeros);
    CHECK(runs.take().zeros.empty());
    runs.add(zeros.size(), zeros);
    CHECK(runs.take().zeros == Runs{{0, 2 * zeros.size()}});
    runs.add_zeros(2 * zeros.size(), 10 * kLeast);
    CHECK(runs.take().zeros == Runs{{0, 10 * kLeast}});
    CHECK(runs.take().zeros.empty());
    CHECK(runs.take().up_to == 10 * kLeast);
}
