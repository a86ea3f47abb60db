// SPDX-License-Identifier: MIT
#include <algorithm>
#include <thread>

#include "session/receive/parity_buffer.hpp"
#include "session/send/parity_cache.hpp"
#include "session/send/parity_prefetch.hpp"
#include "session/send/symbol_run.hpp"
#include "support/catch.hpp"
#include "unit/session/content.hpp"
#include "unit/session/memory_source.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

namespace {

constexpr std::uint64_t kSeed = 71;

struct Want {
    std::uint32_t block;
    std::uint16_t row;
};

void fill(protocol::Transmit& run, const fec::BlockPartition& partition,
          const std::vector<Want>& wants) {
    run.clear();
    run.set_header_size(20);
    for (const auto& want : wants) {
        run.add({want.block, want.row, true, partition.parity_size(want.block)});
    }
}

std::vector<std::uint8_t> held(const ParityCache& cache, const protocol::ObjectParams& object,
                               Want want) {
    const auto* row = cache.symbol(want.block, want.row);
    return {row, row + object.partition().parity_size(want.block)};
}

// A new block's source, then the first of its parity.
void send_new(protocol::Transmit& run, const fec::BlockPartition& partition, std::uint32_t block,
              std::uint16_t parity, ParityCache& cache) {
    run.clear();
    run.set_header_size(20);
    run.add({block, 0, false, 100});
    for (std::uint16_t row = 0; row < parity; ++row)
        run.add({block, row, true, partition.parity_size(block)});
    cache.prepare(run);
}

void await(const ParityPrefetch& ahead) {
    while (!ahead.ready()) std::this_thread::yield();
}

}  // namespace

TEST_CASE("parity from the cache is that of the block, the short last block included",
          "[session]") {
    const auto content = random_content(2050, kSeed);
    const auto object = object_of(content.size());
    const auto piece = GENERATE(0, 150);
    const MemorySource source(content, static_cast<std::size_t>(piece));
    ParityCache cache(object, source, 1 << 20);
    protocol::Transmit run;
    for (std::uint32_t block = 0; block < object.partition().block_count(); ++block) {
        for (std::uint16_t row = 0; row < object.parity; ++row) {
            fill(run, object.partition(), {{block, row}});
            cache.prepare(run);
            CHECK(held(cache, object, {block, row}) == parity_of(object, content, block, row));
        }
    }
}

TEST_CASE("a row is computed once while its block stays in the cache", "[session]") {
    const auto content = random_content(1600, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityCache cache(object, source, 1 << 20);
    protocol::Transmit run;
    fill(run, object.partition(), {{0, 0}, {0, 1}, {0, 2}});
    cache.prepare(run);
    CHECK(cache.rows_encoded() == 3);
    fill(run, object.partition(), {{0, 1}, {0, 2}, {0, 3}});
    cache.prepare(run);
    CHECK(cache.rows_encoded() == 4);
    CHECK(held(cache, object, {0, 3}) == parity_of(object, content, 0, 3));
}

TEST_CASE("the cache gives up the block used longest ago, never one of the run at hand",
          "[session]") {
    const auto content = random_content(200 * 800, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityCache cache(object, source, 1);  // as small as it can be: 64 rows
    protocol::Transmit run;
    for (std::uint32_t first = 0; first < 192; first += 64) {
        std::vector<Want> wants;
        for (std::uint32_t i = 0; i < 64; ++i) wants.push_back({first + i, 7});
        fill(run, object.partition(), wants);
        cache.prepare(run);
        for (const auto& want : wants) {
            REQUIRE(held(cache, object, want) == parity_of(object, content, want.block, 7));
        }
    }
    CHECK(cache.rows_held() == 64);
}

TEST_CASE("a block of the run at hand keeps its rows, however many it holds already", "[session]") {
    const auto content = random_content(200 * 800, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityCache cache(object, source, 1);  // as small as it can be: 64 rows
    protocol::Transmit run;
    fill(run, object.partition(), {{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}});
    cache.prepare(run);
    std::vector<Want> wants{{0, 7}};
    for (std::uint32_t block = 1; block < 64; ++block) wants.push_back({block, 7});
    fill(run, object.partition(), wants);
    cache.prepare(run);
    for (const auto& want : wants) {
        REQUIRE(held(cache, object, want) == parity_of(object, content, want.block, 7));
    }
}

TEST_CASE("a new block finds its parity computed, as much as an earlier one had and one more",
          "[session]") {
    const auto content = random_content(20 * 800 + 50, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityPrefetch ahead(object, source);
    ParityCache cache(object, source, 1 << 20, &ahead);
    protocol::Transmit run;
    send_new(run, object.partition(), 0, 2, cache);
    CHECK(cache.rows_encoded() == 2);
    await(ahead);
    send_new(run, object.partition(), 8, 3, cache);
    CHECK(cache.rows_encoded() == 2);
    for (std::uint16_t row = 0; row < 3; ++row) {
        CHECK(held(cache, object, {8, row}) == parity_of(object, content, 8, row));
    }
    await(ahead);
    send_new(run, object.partition(), 16, 4, cache);
    CHECK(cache.rows_encoded() == 2);
    CHECK(held(cache, object, {16, 3}) == parity_of(object, content, 16, 3));
}

TEST_CASE("the repair of an old block says nothing of those to come", "[session]") {
    const auto content = random_content(20 * 800, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityPrefetch ahead(object, source);
    ParityCache cache(object, source, 1 << 20, &ahead);
    protocol::Transmit run;
    send_new(run, object.partition(), 3, 0, cache);
    fill(run, object.partition(), {{2, 0}, {2, 1}});
    cache.prepare(run);
    send_new(run, object.partition(), 4, 1, cache);
    await(ahead);
    std::vector<ParityPrefetch::Job> jobs;
    ahead.collect(jobs);
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].block == 12);
}

TEST_CASE("what was computed ahead stays within the limit and takes no row from the run at hand",
          "[session]") {
    const auto content = random_content(200 * 800, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityPrefetch ahead(object, source);
    ParityCache cache(object, source, 1, &ahead);  // as small as it can be: 64 rows
    protocol::Transmit run;
    for (std::uint32_t first = 0; first < 128; first += 8) {
        send_new(run, object.partition(), first, 7, cache);
        await(ahead);
        std::vector<Want> wants;
        for (std::uint32_t i = 0; i < 64; ++i) wants.push_back({first + i, 6});
        fill(run, object.partition(), wants);
        cache.prepare(run);
        for (const auto& want : wants) {
            REQUIRE(held(cache, object, want) == parity_of(object, content, want.block, 6));
        }
    }
    CHECK(cache.rows_held() <= 128);
}

TEST_CASE("a run refers to headers, mapped source and parity in the order of its packets",
          "[session]") {
    const auto content = random_content(850, kSeed);
    const auto object = object_of(content.size());
    const MemorySource source(content);
    ParityCache cache(object, source, 1 << 20);
    SymbolRun symbols(object, source, cache);
    protocol::Transmit run;
    run.set_header_size(20);
    run.next_header()[0] = 1;
    run.add({0, 3, false, 100});
    run.next_header()[0] = 2;
    run.add({0, 0, true, 100});
    const auto built = symbols.build(run);
    REQUIRE(built.count == 2);
    CHECK(built.segment == 120);
    REQUIRE(built.pieces.size() == 4);
    CHECK(static_cast<const std::uint8_t*>(built.pieces[0].iov_base)[0] == 1);
    CHECK(built.pieces[1].iov_base == source.content.data() + 300);
    CHECK(static_cast<const std::uint8_t*>(built.pieces[2].iov_base)[0] == 2);
    CHECK(built.pieces[3].iov_base == cache.symbol(0, 0));
}

TEST_CASE("a run has the right content however the source lies in memory", "[session]") {
    const auto content = random_content(2050, kSeed);
    const auto object = object_of(content.size());
    const auto partition = object.partition();
    const auto piece = GENERATE(0, 30, 250, 1000);
    const MemorySource source(content, static_cast<std::size_t>(piece));
    ParityCache cache(object, source, 1 << 20);
    SymbolRun symbols(object, source, cache);
    protocol::Transmit run;
    run.set_header_size(20);
    // In order, over the border of a block, backwards, the short last one.
    const std::vector<Want> wants{{0, 5}, {0, 6}, {1, 0}, {1, 1}, {0, 2}, {0, 1}, {2, 5}, {2, 6}};
    for (const auto& want : wants)
        run.add({want.block, want.row, false, partition.symbol_size(want.block, want.row)});
    const auto built = symbols.build(run);
    REQUIRE(built.pieces.size() == 2 * wants.size());
    for (std::size_t i = 0; i < wants.size(); ++i) {
        const iovec& payload = built.pieces[2 * i + 1];
        const auto* begin = static_cast<const std::uint8_t*>(payload.iov_base);
        const auto offset = partition.offset(wants[i].block, wants[i].row);
        CHECK(std::ranges::equal(Bytes(begin, payload.iov_len),
                                 Bytes(content).subspan(offset, run.symbol(i).size)));
    }
}

TEST_CASE("the store keeps a copy filled up with zeros", "[session]") {
    ParityBuffer store(10);
    const std::vector<std::uint8_t> payload{1, 2, 3};
    REQUIRE(store.add(4, 2, payload));
    const auto* found = store.find(4, 2);
    REQUIRE(found != nullptr);
    CHECK(std::vector(found, found + 10) ==
          std::vector<std::uint8_t>{1, 2, 3, 0, 0, 0, 0, 0, 0, 0});
    CHECK(store.find(4, 1) == nullptr);
    CHECK(store.find(3, 2) == nullptr);
}

TEST_CASE("the store refuses a symbol that is longer than its object's", "[session]") {
    ParityBuffer store(3);
    CHECK_FALSE(store.add(0, 0, std::vector<std::uint8_t>(4)));
    CHECK(store.size() == 0);
}

TEST_CASE("erasing blocks frees their symbols for others and no more", "[session]") {
    ParityBuffer store(4);
    const std::vector<std::uint8_t> payload{9};
    for (std::uint32_t block = 0; block < 5; ++block) REQUIRE(store.add(block, 0, payload));
    store.erase(1, 4);
    CHECK(store.size() == 2);
    CHECK(store.find(0, 0) != nullptr);
    CHECK(store.find(1, 0) == nullptr);
    CHECK(store.find(3, 0) == nullptr);
    CHECK(store.find(4, 0) != nullptr);
}

TEST_CASE("a symbol that comes twice is held once", "[session]") {
    ParityBuffer store(4);
    const std::vector<std::uint8_t> payload{9};
    REQUIRE(store.add(1, 1, payload));
    REQUIRE(store.add(1, 1, payload));
    CHECK(store.size() == 1);
}
