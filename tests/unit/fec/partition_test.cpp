// SPDX-License-Identifier: MIT
#include "fec/partition.hpp"

#include "base/rng.hpp"
#include "support/catch.hpp"

using mcast::ByteCount;
using mcast::Rng;
using mcast::fec::BlockPartition;

TEST_CASE("an empty object has no blocks and no symbols", "[fec][rfc5052-9.1]") {
    const BlockPartition partition(0, 1400, 64);
    CHECK(partition.block_count() == 0);
    CHECK(partition.symbol_count() == 0);
    CHECK(partition.longest_block() == 0);
    CHECK(partition.first_symbol(0) == 0);
}

TEST_CASE("one byte is one block of one short symbol, and its parity is as short",
          "[fec][rfc5052-9.1]") {
    const BlockPartition partition(1, 1400, 64);
    REQUIRE(partition.block_count() == 1);
    CHECK(partition.block_length(0) == 1);
    CHECK(partition.symbol_size(0, 0) == 1);
    CHECK(partition.parity_size(0) == 1);
    CHECK(partition.block_bytes(0) == 1);
}

TEST_CASE("blocks differ by one symbol at most, the longer ones first", "[fec][rfc5052-9.1]") {
    // T = 130 symbols, N = 3 blocks: 44, 43, 43.
    const BlockPartition partition(129 * 100 + 7, 100, 64);
    REQUIRE(partition.symbol_count() == 130);
    REQUIRE(partition.block_count() == 3);
    CHECK(partition.block_length(0) == 44);
    CHECK(partition.block_length(1) == 43);
    CHECK(partition.block_length(2) == 43);
    CHECK(partition.first_symbol(1) == 44);
    CHECK(partition.first_symbol(2) == 87);
    CHECK(partition.first_symbol(3) == 130);
    CHECK(partition.offset(1, 0) == 4400);
    CHECK(partition.symbol_size(2, 41) == 100);
    CHECK(partition.symbol_size(2, 42) == 7);
    CHECK(partition.block_bytes(2) == 42 * 100 + 7);
    CHECK(partition.parity_size(2) == 100);
}

TEST_CASE("blocks are all full when the symbols divide evenly", "[fec][rfc5052-9.1]") {
    const BlockPartition partition(128 * 100, 100, 64);
    REQUIRE(partition.block_count() == 2);
    CHECK(partition.block_length(0) == 64);
    CHECK(partition.block_length(1) == 64);
    CHECK(partition.symbol_size(1, 63) == 100);
}

TEST_CASE("the largest object of the wire format is cut without overflow", "[fec]") {
    constexpr ByteCount kLargest = (ByteCount{1} << 48) - 1;
    const BlockPartition partition(kLargest, 1, 1);
    CHECK(partition.block_count() == kLargest);
    CHECK(partition.block_of_offset(kLargest - 1) == kLargest - 1);
    const BlockPartition usual(kLargest, 1452, 64);
    const auto last = usual.block_count() - 1;
    CHECK(usual.block_offset(last) + usual.block_bytes(last) == kLargest);
}

TEST_CASE("blocks and symbols cover any object exactly once", "[fec][rfc5052-9.1]") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U);
    CAPTURE(seed);
    Rng rng(seed);
    for (int round = 0; round < 20; ++round) {
        const ByteCount size = 1 + rng.below(20000);
        const auto segment = static_cast<std::uint16_t>(1 + rng.below(200));
        const auto max_block = static_cast<std::uint16_t>(1 + rng.below(100));
        CAPTURE(size, segment, max_block);
        const BlockPartition partition(size, segment, max_block);
        ByteCount at = 0;
        std::uint64_t index = 0;
        bool good = true;
        for (std::uint64_t block = 0; block < partition.block_count(); ++block) {
            const auto k = partition.block_length(block);
            good = good && k >= 1 && k <= max_block && k <= partition.longest_block();
            good = good && partition.block_offset(block) == at;
            good = good && partition.first_symbol(block) == index;
            for (std::uint16_t symbol = 0; symbol < k; ++symbol, ++index) {
                const auto length = partition.symbol_size(block, symbol);
                good = good && partition.offset(block, symbol) == at && length > 0;
                good = good && partition.block_of_offset(at) == block;
                good = good && partition.block_of_offset(at + length - 1) == block;
                good = good && partition.block_of_symbol(index) == block;
                good = good && length <= partition.parity_size(block);
                at += length;
            }
            good = good && partition.block_offset(block) + partition.block_bytes(block) == at;
        }
        CHECK(good);
        CHECK(at == size);
        CHECK(index == partition.symbol_count());
    }
}

TEST_CASE("the blocks of a stream are full, but for the last", "[fec][stream]") {
    struct Expected {
        ByteCount size;
        std::uint64_t blocks;
        std::uint16_t last_length;
        std::uint16_t last_symbol;
    };
    const auto [size, blocks, last_length, last_symbol] =
        GENERATE(Expected{1, 1, 1, 1}, Expected{99, 1, 1, 99}, Expected{100, 1, 1, 100},
                 Expected{101, 1, 2, 1}, Expected{999, 1, 10, 99}, Expected{1000, 1, 10, 100},
                 Expected{1001, 2, 1, 1}, Expected{1100, 2, 1, 100}, Expected{2999, 3, 10, 99},
                 Expected{3000, 3, 10, 100}, Expected{3001, 4, 1, 1});
    CAPTURE(size);
    const auto stream = BlockPartition::of_stream(size, 100, 10);
    CHECK(stream.object_size() == size);
    REQUIRE(stream.block_count() == blocks);
    const auto last = blocks - 1;
    CHECK(stream.block_length(last) == last_length);
    CHECK(stream.symbol_size(last, static_cast<std::uint16_t>(last_length - 1)) == last_symbol);
    CHECK(stream.block_offset(last) == last * 1000);
    CHECK(stream.block_offset(last) + stream.block_bytes(last) == size);
    CHECK(stream.first_symbol(blocks) == stream.symbol_count());
    CHECK(stream.block_of_offset(size - 1) == last);
    for (std::uint64_t block = 0; block < blocks; ++block) {
        CHECK(stream.first_symbol(block) == block * 10);
        CHECK(stream.parity_base(block) == 10);
        CHECK(stream.parity_size(block) == 100);
        if (block < last) CHECK(stream.block_length(block) == 10);
    }
}

TEST_CASE("an empty stream has no blocks", "[fec][stream]") {
    const auto stream = BlockPartition::of_stream(0, 100, 10);
    CHECK(stream.block_count() == 0);
    CHECK(stream.first_symbol(0) == 0);
    CHECK(stream.longest_block() == 0);
}

TEST_CASE("a stream of full blocks is cut as a file is", "[fec][stream]") {
    const BlockPartition file(5000, 100, 10);
    const auto stream = BlockPartition::of_stream(5000, 100, 10);
    REQUIRE(stream.block_count() == file.block_count());
    for (std::uint64_t block = 0; block < 5; ++block) {
        CHECK(stream.block_length(block) == file.block_length(block));
        CHECK(stream.parity_base(block) == file.parity_base(block));
        CHECK(stream.parity_size(block) == file.parity_size(block));
        CHECK(stream.offset(block, 9) == file.offset(block, 9));
    }
}

TEST_CASE("the parity of a file begins behind each block's own symbols", "[fec]") {
    const BlockPartition file(2100, 100, 10);  // three blocks of seven
    for (std::uint64_t block = 0; block < 3; ++block) CHECK(file.parity_base(block) == 7);
}
