// SPDX-License-Identifier: MIT
#include "storage/content_map.hpp"

#include "runs.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::ContentMap;
using test::Content;
using Stretches = std::vector<ContentMap::Stretch>;

namespace {

constexpr ByteCount kBlock = 4096;

Stretches cut(ContentMap& map, ByteCount offset, Bytes content, std::size_t piece = 1452) {
    Stretches stretches;
    map.cut(offset, test::pieces_of(content, piece), stretches);
    return stretches;
}

Content with(Content content, std::initializer_list<std::size_t> places) {
    for (const std::size_t place : places) content[place] = 1;
    return content;
}

}  // namespace

TEST_CASE("content is written in one stretch, zeros are left out", "[storage]") {
    ContentMap map(10 * kBlock);
    CHECK(cut(map, 0, Content(4 * kBlock, 7)) == Stretches{{0, 4 * kBlock}});
    CHECK(cut(map, 4 * kBlock, Content(4 * kBlock, 0)).empty());
    const auto mixed = with(Content(2 * kBlock, 0), {kBlock});
    CHECK(cut(map, 8 * kBlock, mixed) == Stretches{{9 * kBlock, 10 * kBlock}});
}

TEST_CASE("a run that begins and ends within blocks is cut at the blocks of the file",
          "[storage]") {
    ContentMap map(10 * kBlock);
    const auto run = with(Content(3 * kBlock, 0), {0, 3 * kBlock - 1});
    const std::size_t piece = GENERATE(1U, 100U, 1452U, 4096U, 100'000U);
    CHECK(cut(map, 100, run, piece) == Stretches{{100, kBlock}, {3 * kBlock, 3 * kBlock + 100}});
}

TEST_CASE("zeros are written where content was, and only there", "[storage]") {
    ContentMap map(10 * kBlock);
    CHECK(cut(map, kBlock + 5, Content(1, 7)) == Stretches{{kBlock + 5, kBlock + 6}});
    CHECK(cut(map, 0, Content(10 * kBlock, 0)) == Stretches{{kBlock, 2 * kBlock}});
    CHECK(cut(map, 2 * kBlock, Content(kBlock, 0)).empty());
}

TEST_CASE("the map of the largest file takes little memory", "[storage]") {
    ContentMap map((ByteCount{1} << 63) - 1);
    const ByteCount at = ByteCount{1} << 62;
    CHECK(cut(map, at, Content(10, 1)) == Stretches{{at, at + 10}});
}

TEST_CASE("the map tells where something was written", "[storage]") {
    ContentMap map(10 * kBlock);
    (void)cut(map, kBlock, Content(2 * kBlock, 7));
    (void)cut(map, 5 * kBlock + 10, Content(1, 7));
    Stretches written;
    map.written(0, 10 * kBlock, written);
    CHECK(written == Stretches{{kBlock, 3 * kBlock}, {5 * kBlock, 6 * kBlock}});
    written.clear();
    map.written(2 * kBlock + 5, 5 * kBlock + 1, written);
    CHECK(written == Stretches{{2 * kBlock + 5, 3 * kBlock}, {5 * kBlock, 5 * kBlock + 1}});
}
