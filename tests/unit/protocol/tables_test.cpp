// SPDX-License-Identifier: MIT
// What a receiver holds: blocks, chunks and digests.
#include <tuple>
#include <vector>

#include "datagrams.hpp"
#include "protocol/object/block_table.hpp"
#include "protocol/object/chunk_tracker.hpp"
#include "protocol/object/digest_table.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using Outcome = BlockTable::Outcome;

namespace {

BlockTable table_of(std::uint32_t blocks, std::size_t parity_limit = 100) {
    return BlockTable(test::ten_by_ten(blocks).partition(), 10, parity_limit);
}

void add(BlockTable& table, std::uint32_t block, std::uint16_t first, std::uint16_t last) {
    for (std::uint16_t s = first; s <= last; ++s) (void)table.add(block, s);
}

using Numbers = std::vector<std::uint32_t>;

Numbers complete(ChunkTracker& chunks, std::uint32_t block) {
    Numbers ready;
    chunks.block_complete(block, ready);
    return ready;
}

}  // namespace

TEST_CASE("any ten of the twenty symbols complete a block", "[protocol][block_table]") {
    BlockTable table = table_of(1);
    add(table, 0, 3, 9);
    CHECK(table.add(0, 12) == Outcome::stored);
    CHECK(table.add(0, 12) == Outcome::duplicate);
    CHECK(table.add(0, 19) == Outcome::stored);
    CHECK(table.bytes_done() == 7000);
    CHECK(table.add(0, 15) == Outcome::completed);
    CHECK(table.last_decode().missing == std::vector<std::uint16_t>{0, 1, 2});
    CHECK(table.last_decode().parity == std::vector<std::uint16_t>{2, 5, 9});
    CHECK(table.bytes_done() == 10'000);
    CHECK(table.all_complete());
    CHECK(table.add(0, 1) == Outcome::duplicate);
}

TEST_CASE("a block of which all sources came needs no decoding", "[protocol][block_table]") {
    BlockTable table = table_of(2);
    add(table, 0, 0, 9);
    CHECK(table.complete(0));
    CHECK(table.last_decode().missing.empty());
    CHECK(table.last_decode().parity.empty());
    CHECK(table.first_incomplete() == 1);
}

TEST_CASE("parity is held up to the limit, and a completed block gives its part back",
          "[protocol][block_table]") {
    BlockTable table = table_of(3, 2);
    CHECK(table.add(0, 10) == Outcome::stored);
    CHECK(table.add(1, 10) == Outcome::stored);
    CHECK(table.add(2, 10) == Outcome::no_room);
    CHECK_FALSE(table.has_parity_room(2));
    CHECK_FALSE(table.take_dropped());
    add(table, 0, 0, 8);
    CHECK(table.complete(0));
    CHECK(table.add(2, 10) == Outcome::stored);
}

TEST_CASE("room for parity may grow and does not shrink", "[protocol][block_table]") {
    BlockTable table = table_of(4, 2);
    table.allow_parity(3);
    table.allow_parity(1);
    for (std::uint32_t b = 0; b < 3; ++b) CHECK(table.add(b, 10) == Outcome::stored);
    CHECK(table.add(3, 10) == Outcome::no_room);
    CHECK(table.parity_limit() == 3);
}

TEST_CASE("parity of an older block takes the room of the latest", "[protocol][block_table]") {
    BlockTable table = table_of(3, 2);
    add(table, 1, 0, 4);
    add(table, 1, 10, 10);
    add(table, 2, 0, 8);
    CHECK(table.has_parity_room(2));
    add(table, 1, 11, 11);
    add(table, 0, 0, 8);
    CHECK(table.has_parity_room(0));
    CHECK(table.add(0, 10) == Outcome::completed);
    CHECK(table.take_dropped() == 1);
    CHECK_FALSE(table.take_dropped());
    CHECK(table.find(1)->count == 5);
    CHECK(table.add(1, 10) == Outcome::stored);  // again
    add(table, 1, 12, 12);
    add(table, 1, 5, 6);
    CHECK_FALSE(table.complete(1));
    CHECK(table.add(1, 7) == Outcome::completed);
    CHECK(table.last_decode().parity == std::vector<std::uint16_t>{0, 2});
}

TEST_CASE("a block that was reset is missing altogether", "[protocol][block_table]") {
    BlockTable table = table_of(3);
    for (std::uint32_t b = 0; b < 3; ++b) add(table, b, 0, 9);
    CHECK(table.first_incomplete() == 3);
    table.reset(1);
    CHECK(table.first_incomplete() == 1);
    CHECK(table.bytes_done() == 20'000);
    CHECK(table.add(1, 4) == Outcome::stored);
    table.reset(1);  // it is not complete: nothing to reset
    CHECK(table.bytes_done() == 21'000);
}

TEST_CASE("what is missing is partial blocks alone and unseen ones in runs",
          "[protocol][block_table]") {
    BlockTable table = table_of(200);
    add(table, 0, 0, 9);
    add(table, 70, 0, 3);
    add(table, 100, 0, 9);
    std::vector<std::tuple<std::uint32_t, std::uint32_t, bool>> seen;
    table.for_each_incomplete(0, 150, [&](auto begin, auto end, auto* partial) {
        seen.emplace_back(begin, end, partial != nullptr);
        return true;
    });
    REQUIRE(seen.size() == 4);
    CHECK(seen[0] == std::tuple{1U, 70U, false});
    CHECK(seen[1] == std::tuple{70U, 71U, true});
    CHECK(seen[2] == std::tuple{71U, 100U, false});
    CHECK(seen[3] == std::tuple{101U, 150U, false});
}

TEST_CASE("an empty object is complete from the beginning", "[protocol][block_table]") {
    const BlockTable table(fec::BlockPartition(0, 1000, 10), 10, 10);
    CHECK(table.all_complete());
    CHECK(table.first_incomplete() == 0);
}

TEST_CASE("a chunk is whole when the last of its blocks is", "[protocol][chunk_tracker]") {
    // Chunks of 25 kB over blocks of 10 kB: chunk 0 is in blocks 0 to 2, chunk 1 in 2 to 4.
    ChunkTracker chunks(test::ten_by_ten(5).partition(), {1, 16, 25'000});
    CHECK(chunks.count() == 2);
    CHECK(chunks.blocks_of(0) == std::pair{0U, 3U});
    CHECK(chunks.blocks_of(1) == std::pair{2U, 5U});
    CHECK(complete(chunks, 0).empty());
    CHECK(complete(chunks, 2).empty());
    CHECK(complete(chunks, 1) == Numbers{0});
    CHECK(complete(chunks, 4).empty());
    CHECK(complete(chunks, 3) == Numbers{1});
}

TEST_CASE("several small chunks in one block are whole together", "[protocol][chunk_tracker]") {
    ChunkTracker chunks(test::ten_by_ten(1).partition(), {1, 16, 4'000});
    CHECK(complete(chunks, 0) == Numbers{0, 1, 2});
}

TEST_CASE("all is good when every chunk is, and the good prefix grows in order",
          "[protocol][chunk_tracker]") {
    ChunkTracker chunks(test::ten_by_ten(4).partition(), {1, 16, 10'000});
    for (std::uint32_t b = 0; b < 4; ++b) (void)complete(chunks, b);
    chunks.good(1);
    CHECK(chunks.good_prefix() == 0);
    chunks.good(0);
    CHECK(chunks.good_prefix() == 20'000);
    chunks.good(3);
    chunks.good(2);
    CHECK(chunks.good_prefix() == 40'000);
    CHECK(chunks.all_good());
}

TEST_CASE("a chunk that was never whole cannot be good", "[protocol][chunk_tracker]") {
    ChunkTracker chunks(test::ten_by_ten(1).partition(), {1, 16, 10'000});
    chunks.good(0);
    CHECK_FALSE(chunks.all_good());
}

TEST_CASE("a block that is fetched again takes the chunks around it along that are not good yet",
          "[protocol][chunk_tracker]") {
    ChunkTracker chunks(test::ten_by_ten(8).partition(), {1, 16, 25'000});
    for (std::uint32_t b = 0; b < 8; ++b) (void)complete(chunks, b);
    chunks.good(0);
    CHECK(chunks.good_prefix() == 20'000);  // block 2 may come back with chunk 1
    CHECK(chunks.bad(1) == 1);
    for (std::uint32_t b = 2; b < 5; ++b) chunks.block_reset(b);
    CHECK(chunks.good_prefix() == 20'000);
    CHECK(complete(chunks, 2).empty());
    CHECK(complete(chunks, 3).empty());
    CHECK(complete(chunks, 4) == Numbers{1});
    CHECK(chunks.bad(1) == 2);
    chunks.block_reset(5);
    CHECK_FALSE(chunks.whole(2));
    CHECK(complete(chunks, 5) == Numbers{2});
}

TEST_CASE("a digest that is known is never replaced", "[protocol][digest_table]") {
    DigestTable table({1, 16, 10'000}, 30'000);
    const test::Buffer ones(16, 1);
    const test::Buffer twos(16, 2);
    CHECK(table.count() == 3);
    CHECK(table.set(1, ones));
    CHECK_FALSE(table.set(1, twos));
    CHECK(table.at(1)[0] == 1);
    CHECK(table.has(1));
    CHECK_FALSE(table.has(0));
    CHECK_FALSE(table.complete());
    CHECK(table.set(0, ones));
    CHECK(table.set(2, ones));
    CHECK(table.complete());
}

TEST_CASE("a digest of another width or beyond the object is refused", "[protocol][digest_table]") {
    DigestTable table({1, 16, 10'000}, 30'000);
    CHECK_FALSE(table.set(0, test::Buffer(32, 1)));
    CHECK_FALSE(table.set(3, test::Buffer(16, 1)));
    CHECK_FALSE(table.has(3));
}

TEST_CASE("without digests, or of an empty object, there is nothing to wait for",
          "[protocol][digest_table]") {
    CHECK(DigestTable({}, 30'000).complete());
    CHECK(DigestTable({1, 16, 10'000}, 0).complete());
    CHECK(ChunkTracker(test::ten_by_ten(1).partition(), {}).all_good());
}
