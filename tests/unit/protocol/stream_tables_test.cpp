// SPDX-License-Identifier: MIT
// The books of a receiver when the end of a stream comes to be known.
#include <utility>
#include <vector>

#include "datagrams.hpp"
#include "protocol/object/block_table.hpp"
#include "protocol/object/chunk_tracker.hpp"
#include "protocol/object/digest_table.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using Numbers = std::vector<std::uint32_t>;
using Symbols = std::vector<std::uint16_t>;
using Outcome = BlockTable::Outcome;

namespace {

fec::BlockPartition ended(ByteCount size) {
    return stream_of_tens(size).partition();
}

/// The blocks of a stream of blocks of ten and ten; the first is complete.
struct Blocks {
    Blocks() { add(0, 0, 9); }
    void add(std::uint32_t block, std::uint16_t first, std::uint16_t last) {
        for (std::uint16_t s = first; s <= last; ++s) (void)table.add(block, s);
    }
    BlockTable table{stream_of_tens().partition(), 10, 100};
};

/// Its chunks of 25 kB.
struct Chunks {
    Numbers complete(std::uint32_t first, std::uint32_t last) {
        Numbers ready;
        for (std::uint32_t b = first; b <= last; ++b) chunks.block_complete(b, ready);
        return ready;
    }
    Numbers end_at(ByteCount size) {
        Numbers ready;
        chunks.end_at(ended(size), ready);
        return ready;
    }
    ChunkTracker chunks{stream_of_tens().partition(), {1, 16, 25'000}};
};

}  // namespace

TEST_CASE("the last block of a stream is complete when its end tells that it was all",
          "[protocol][block_table][stream]") {
    Blocks blocks;
    blocks.add(1, 0, 3);
    CHECK(blocks.table.held_beyond(13'999) == Numbers{1});
    CHECK(blocks.table.held_beyond(14'000).empty());
    CHECK_FALSE(blocks.table.all_complete());
    CHECK(blocks.table.end_at(ended(14'000)));
    CHECK(blocks.table.last_decode().missing.empty());
    CHECK(blocks.table.all_complete());
    CHECK(blocks.table.first_incomplete() == 2);
    CHECK(blocks.table.bytes_done() == 14'000);
}

TEST_CASE("parity that came before the end makes up for what the last block lacks",
          "[protocol][block_table][stream]") {
    Blocks blocks;
    blocks.add(1, 0, 1);
    blocks.add(1, 10, 11);
    CHECK(blocks.table.end_at(ended(13'500)));
    CHECK(blocks.table.last_decode().missing == Symbols{2, 3});
    CHECK(blocks.table.last_decode().parity == Symbols{0, 1});
    CHECK(blocks.table.parity_held() == 0);
    CHECK(blocks.table.bytes_done() == 13'500);
    CHECK(blocks.table.all_complete());
}

TEST_CASE("a last block that lacks something is completed by what comes after the end is known",
          "[protocol][block_table][stream]") {
    Blocks blocks;
    blocks.add(1, 0, 0);
    CHECK_FALSE(blocks.table.end_at(ended(12'500)));
    CHECK_FALSE(blocks.table.all_complete());
    CHECK(blocks.table.add(1, 2) == Outcome::stored);
    CHECK(blocks.table.bytes_done() == 11'500);
    CHECK(blocks.table.add(1, 17) == Outcome::completed);
    CHECK(blocks.table.last_decode().missing == Symbols{1});
    CHECK(blocks.table.last_decode().parity == Symbols{7});
    CHECK(blocks.table.all_complete());
}

TEST_CASE("an end on the border of a block, or at the beginning, completes nothing more",
          "[protocol][block_table][stream]") {
    Blocks blocks;
    CHECK_FALSE(blocks.table.end_at(ended(10'000)));
    CHECK(blocks.table.all_complete());
    CHECK(blocks.table.first_incomplete() == 1);
    BlockTable empty(stream_of_tens().partition(), 10, 100);
    CHECK_FALSE(empty.end_at(ended(0)));
    CHECK(empty.all_complete());
}

TEST_CASE("content that is computed is held as far as its block goes",
          "[protocol][block_table][stream]") {
    Blocks blocks;
    blocks.add(1, 0, 4);
    blocks.add(1, 10, 14);
    CHECK(blocks.table.held_beyond(19'999) == Numbers{1});
    CHECK(blocks.table.held_beyond(20'000).empty());
}

TEST_CASE("a block that is forgotten gives back its bytes and its room for parity",
          "[protocol][block_table][stream]") {
    Blocks blocks;
    blocks.add(3, 0, 9);
    blocks.add(5, 0, 1);
    blocks.add(5, 10, 12);
    CHECK(blocks.table.held_beyond(40'000) == Numbers{5});
    CHECK(blocks.table.held_beyond(10'000) == Numbers{5, 3});
    blocks.table.forget(5);
    blocks.table.forget(3);  // it is complete
    blocks.table.forget(7);
    CHECK(blocks.table.held_beyond(10'000) == Numbers{3});
    CHECK(blocks.table.find(5) == nullptr);
    CHECK(blocks.table.parity_held() == 0);
    CHECK(blocks.table.bytes_done() == 20'000);
    CHECK(blocks.table.add(5, 1) == Outcome::stored);
}

TEST_CASE("the last chunk of a stream is whole when the end tells that it was all",
          "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    CHECK(chunks.complete(0, 3) == Numbers{0});
    CHECK(chunks.end_at(40'000) == Numbers{1});
    CHECK(chunks.chunks.count() == 2);
    CHECK(chunks.chunks.whole(1));
}

TEST_CASE("the last chunk of a stream waits for its last block",
          "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    (void)chunks.complete(0, 2);
    CHECK(chunks.end_at(38'000).empty());
    CHECK(chunks.complete(3, 3) == Numbers{1});
}

TEST_CASE("a chunk that was whole before the end is not told again",
          "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    CHECK(chunks.complete(0, 4) == Numbers{0, 1});
    CHECK(chunks.end_at(50'000).empty());
    CHECK(chunks.chunks.count() == 2);
    chunks.chunks.good(1);
    CHECK_FALSE(chunks.chunks.all_good());
    chunks.chunks.good(0);
    CHECK(chunks.chunks.all_good());
    CHECK(chunks.chunks.good_prefix() == 50'000);
}

TEST_CASE("an end before anything has come, and none at all", "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    CHECK(chunks.end_at(12'000).empty());
    CHECK(chunks.chunks.count() == 1);
    CHECK(chunks.complete(0, 1) == Numbers{0});
    Chunks none;
    CHECK(none.end_at(0).empty());
    CHECK(none.chunks.all_good());
    Chunks plenty;
    (void)plenty.complete(0, 4);
    for (std::uint32_t b = 0; b < 5; ++b) plenty.chunks.block_reset(b);
    CHECK(plenty.end_at(0).empty());
    CHECK_FALSE(plenty.chunks.whole(0));
}

TEST_CASE("blocks of the last chunk that were reset because they lie beyond are not missed",
          "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    (void)chunks.complete(0, 4);
    chunks.chunks.block_reset(3);
    chunks.chunks.block_reset(4);
    CHECK_FALSE(chunks.chunks.whole(1));
    CHECK(chunks.end_at(30'000) == Numbers{1});
}

TEST_CASE("what is good reaches to the end of the last good chunk",
          "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    CHECK(chunks.chunks.good_end() == 0);
    (void)chunks.complete(0, 4);
    CHECK(chunks.chunks.good_end() == 0);
    chunks.chunks.good(1);
    CHECK(chunks.chunks.good_end() == 50'000);
    CHECK(chunks.chunks.good_prefix() == 0);
}

TEST_CASE("a chunk that nothing has come of is neither whole nor good",
          "[protocol][chunk_tracker][stream]") {
    Chunks chunks;
    CHECK_FALSE(chunks.chunks.whole(5'000'000));
    chunks.chunks.good(5'000'000);
    CHECK(chunks.chunks.good_end() == 0);
}

TEST_CASE("digests beyond the end of a stream are not missed", "[protocol][digest_table][stream]") {
    const ByteCount limit = stream_of_tens().size;
    DigestTable table({1, 16, 25'000}, limit);
    const Buffer digest(16, 1);
    CHECK(table.set(0, digest));
    CHECK(table.set(3, digest));
    CHECK_FALSE(table.complete());
    table.end_at(2);
    CHECK(table.count() == 2);
    CHECK_FALSE(table.has(3));
    CHECK_FALSE(table.set(2, digest));
    CHECK_FALSE(table.complete());
    CHECK(table.set(1, digest));
    CHECK(table.complete());
}

TEST_CASE("a digest far beyond the first that is missing makes no room for itself",
          "[protocol][digest_table][stream]") {
    DigestTable table({1, 16, 10'000}, stream_of_tens().size);
    const Buffer digest(16, 1);
    const std::uint32_t most = DigestTable::kMostAhead;
    CHECK_FALSE(table.set(table.count() - 1, digest));
    CHECK_FALSE(table.set(most, digest));
    CHECK(table.set(most - 1, digest));
    CHECK(table.set(0, digest));
    CHECK(table.set(most, digest));
    CHECK(table.at(most)[0] == 1);
}
