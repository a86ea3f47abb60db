// SPDX-License-Identifier: MIT
#include "unit/session/store_fixture.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::session::test;
using Fixture = StoreFixture;

TEST_CASE("content that lies side by side is written in one go", "[session]") {
    Fixture f(800);
    for (std::uint16_t i = 0; i < 8; ++i) f.source(0, i);
    REQUIRE(f.perform());
    CHECK(f.log.writes == 1);
    CHECK(f.log.content == f.content);
}

TEST_CASE("a gap or a step back begins another write", "[session]") {
    Fixture f(800);
    for (const auto i : std::vector<std::uint16_t>{0, 1, 3, 4, 2, 5}) f.source(0, i);
    REQUIRE(f.perform());
    CHECK(f.log.writes == 4);
}

TEST_CASE("missing symbols are decoded and written at their place", "[session]") {
    Fixture f(2050);
    f.all_but({{1, 0}, {1, 3}, {1, 4}});
    for (const auto row : std::vector<std::uint16_t>{0, 2, 5}) f.parity(1, row);
    f.order(decode(1, {0, 3, 4}, {0, 2, 5}));
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
}

TEST_CASE("two blocks decoded in one job do not get each other's content", "[session]") {
    Fixture f(2050);
    f.all_but({{0, 1}, {1, 2}});
    f.parity(0, 0);
    f.parity(1, 0);
    f.order(decode(0, {1}, {0}));
    f.order(decode(1, {2}, {0}));
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
}

TEST_CASE("content is decoded and verified where it lies", "[session]") {
    Fixture f(2050);
    f.show_in_place(4096);
    f.all_but({{0, 1}, {1, 0}, {1, 5}});
    f.parity(0, 0);
    f.parity(1, 2);
    f.parity(1, 3);
    f.order(decode(0, {1}, {0}));
    f.order(decode(1, {0, 5}, {2, 3}));
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk) f.verify(chunk);
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
    for (const auto& result : f.results) CHECK(std::get<Verdict>(result).good);
    CHECK(f.log.reads.empty());
}

TEST_CASE("only a symbol that lies in two pieces is copied for decoding", "[session]") {
    Fixture f(2050);
    f.show_in_place(350);
    f.all_but({{0, 1}});
    f.parity(0, 0);
    f.order(decode(0, {1}, {0}));
    f.verify(0);
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
    CHECK(std::get<Verdict>(f.results.at(0)).good);
    CHECK(f.log.reads == std::vector<std::pair<ByteCount, std::size_t>>{{300, 100}});
}

TEST_CASE("the short last symbol in place is filled up with zeros, not with what lies behind it",
          "[session]") {
    Fixture f(2050);
    f.show_in_place(4096);
    f.log.content.resize(4096, 0xff);
    const auto last = static_cast<std::uint32_t>(f.partition.block_count() - 1);
    f.all_but({{last, 0}});
    f.parity(last, 1);
    f.order(decode(last, {0}, {1}));
    REQUIRE(f.perform());
    f.log.content.resize(2050);
    CHECK(f.log.content == f.content);
}

TEST_CASE("parity goes with the block that was decoded from it", "[session]") {
    Fixture f(800);
    f.all_but({{0, 1}});
    f.parity(0, 0);
    f.order(decode(0, {1}, {0}));
    REQUIRE(f.perform());
    f.order(decode(0, {1}, {0}));
    CHECK_FALSE(f.perform());
}

TEST_CASE("parity that has to make room is not held any more", "[session]") {
    Fixture f(800);
    f.all_but({{0, 1}});
    f.parity(0, 0);
    Order forget{.kind = Order::Kind::forget};
    forget.block = 0;
    f.order(std::move(forget));
    REQUIRE(f.perform());
    f.order(decode(0, {1}, {0}));
    CHECK_FALSE(f.perform());
}

TEST_CASE("parity of a verified chunk goes, but for a block that reaches beyond it", "[session]") {
    Fixture f(2050);
    REQUIRE(f.partition.block_offset(1) < kChunk);
    f.all_but({{1, 6}});
    f.parity(0, 0);
    f.parity(1, 0);
    f.verify(0);
    f.order(decode(1, {6}, {0}));
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
    f.order(decode(0, {1}, {0}));
    CHECK_FALSE(f.perform());
}

TEST_CASE("the short last symbol is decoded to its own length", "[session]") {
    Fixture f(2050);
    const auto last = static_cast<std::uint32_t>(f.partition.block_count() - 1);
    const auto symbol = static_cast<std::uint16_t>(f.partition.block_length(last) - 1);
    REQUIRE(f.partition.symbol_size(last, symbol) == 50);
    f.all_but({{last, symbol}});
    f.parity(last, 1);
    f.order(decode(last, {symbol}, {1}));
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
}

TEST_CASE("an object of one byte is decoded from parity alone", "[session]") {
    Fixture f(1);
    f.parity(0, 0);
    f.order(decode(0, {0}, {0}));
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
}

TEST_CASE("a decode order for symbols that are not held is an error and writes nothing",
          "[session]") {
    Fixture f(800);
    for (std::uint16_t i = 1; i < 8; ++i) f.source(0, i);
    f.order(decode(0, {0}, {0}));
    const auto done = f.perform();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::internal);
    CHECK(f.log.content[0] == 0);
}

TEST_CASE("content that came in order verifies without being read back", "[session]") {
    Fixture f(2500);
    f.all_but({});
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk) f.verify(chunk);
    REQUIRE(f.perform());
    REQUIRE(f.results.size() == 3);
    for (const auto& result : f.results) CHECK(std::get<Verdict>(result).good);
    CHECK(f.log.reads.empty());
}

TEST_CASE("content that came out of order verifies from what was written behind the gap",
          "[session]") {
    Fixture f(2050);
    f.all_but({{0, 5}});
    f.source(0, 5);
    f.verify(0);
    REQUIRE(f.perform());
    CHECK(std::get<Verdict>(f.results.at(0)).good);
    CHECK(f.log.reads == std::vector<std::pair<ByteCount, std::size_t>>{{600, 400}});
}

TEST_CASE("what comes again below a gap is verified, not what was hashed before", "[session]") {
    Fixture f(2050);
    f.all_but({{0, 5}});
    SECTION("worse") {
        f.verify(0);  // of the content as it is now
        auto order = f.job().orders.back().order;
        f.job().orders.pop_back();
        f.content[200] ^= 1;
        f.source(0, 2);
        f.source(0, 5);
        f.order(std::move(order));
        REQUIRE(f.perform());
        CHECK_FALSE(std::get<Verdict>(f.results.at(0)).good);
    }
    SECTION("better") {
        f.content[200] ^= 1;
        f.source(0, 2);
        f.source(0, 5);
        f.verify(0);
        REQUIRE(f.perform());
        CHECK(std::get<Verdict>(f.results.at(0)).good);
    }
}

TEST_CASE("what is stored wrongly behind a gap makes the chunk bad", "[session]") {
    Fixture f(2050);
    f.all_but({{0, 5}});
    f.source(0, 5);
    REQUIRE(f.perform());
    f.log.content[800] ^= 1;
    f.verify(0);
    REQUIRE(f.perform());
    CHECK_FALSE(std::get<Verdict>(f.results.at(0)).good);
}

TEST_CASE("a chunk with one wrong byte is bad, and good when it has come again", "[session]") {
    Fixture f(2050);
    f.all_but({});
    f.content[500] ^= 1;  // so the digest is of other content than what was sent
    f.verify(0);
    REQUIRE(f.perform());
    CHECK_FALSE(std::get<Verdict>(f.results.at(0)).good);
    f.all_but({});
    f.verify(0);
    REQUIRE(f.perform());
    CHECK(std::get<Verdict>(f.results.at(1)).good);
}

TEST_CASE("a block that comes again does not touch a chunk that is verified", "[session]") {
    Fixture f(4050, 4050);
    f.all_but({});
    f.verify(0);
    f.content[1100] ^= 1;
    f.verify(1);
    REQUIRE(f.perform());
    CHECK(std::get<Verdict>(f.results.at(0)).good);
    CHECK_FALSE(std::get<Verdict>(f.results.at(1)).good);
    const auto right = f.content;
    const std::uint32_t block = 1;
    REQUIRE(f.partition.block_of_offset(999) == block);
    REQUIRE(f.partition.block_of_offset(1000) == block);
    std::ranges::fill(std::ranges::subrange(f.content.begin(), f.content.begin() + 1000), 0);
    for (std::uint16_t s = 0; s < f.partition.block_length(block); ++s) f.source(block, s);
    f.verify(1);
    REQUIRE(f.perform());
    CHECK(std::get<Verdict>(f.results.at(2)).good);
    CHECK(std::ranges::equal(Bytes(f.log.content).first(2000), Bytes(right).first(2000)));
}

TEST_CASE("finishing reports the path and the digest over all chunk digests", "[session]") {
    Fixture f(2050);
    f.all_but({});
    std::vector<storage::Digest> chunks;
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk) {
        f.verify(chunk);
        chunks.push_back(f.digest_of_chunk(chunk));
    }
    f.order({.kind = Order::Kind::finish});
    REQUIRE(f.perform());
    const auto& finished = std::get<Finished>(f.results.back());
    const auto root = storage::root_digest(DigestAlgorithm::xxh3_128, 2050, chunks);
    CHECK(finished.path == "/final");
    CHECK(finished.digest_text == storage::to_text(DigestAlgorithm::xxh3_128, root));
}

TEST_CASE("without digests nothing is claimed about the content", "[session]") {
    Fixture f(2050, {}, false);
    f.all_but({});
    f.order({.kind = Order::Kind::finish});
    REQUIRE(f.perform());
    CHECK(std::get<Finished>(f.results.at(0)).digest_text.empty());
}

TEST_CASE("an ordered sink keeps the block that reaches over the border of what is verified",
          "[session]") {
    Fixture f(8050, 3000);
    f.order(release(1000));
    f.order(release(8050));
    REQUIRE(f.perform());
    REQUIRE(f.partition.block_offset(1) <= 1000);
    REQUIRE(f.partition.block_offset(2) > 1000);
    CHECK(f.log.released == std::vector<ByteCount>{f.partition.block_offset(1), 8050});
    CHECK(std::get<Released>(f.results.at(0)).offset == f.partition.block_offset(1));
}

TEST_CASE("the core's window leaves room for a block that reaches over its end", "[session]") {
    CHECK(Fixture(8050, 3000).store->window() == ByteCount{3000 - 800});
    CHECK(Fixture(8050).store->window() == std::nullopt);
}

TEST_CASE("a window that holds the whole object loses nothing to blocks", "[session]") {
    CHECK(Fixture(500, 500).store->window() == ByteCount{500});
}

TEST_CASE("a full disk is reported with the sink's own words", "[session]") {
    Fixture f(2050);
    f.sink().fail_at_write = 0;
    f.source(0, 0);
    const auto done = f.perform();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::no_space);
}

TEST_CASE("a block that cannot be read back is not decoded", "[session]") {
    const std::size_t piece_size = GENERATE(0U, 350U);  // as on a disk, or in pieces in memory
    Fixture f(2050);
    f.show_in_place(piece_size);
    f.sink().fail_to_read = true;
    f.all_but({{0, 1}});
    f.parity(0, 0);
    f.order(decode(0, {1}, {0}));
    const auto done = f.perform();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::io);
}

TEST_CASE("a chunk that cannot be read back is not verified", "[session]") {
    Fixture f(2050);
    f.sink().fail_to_read = true;
    f.all_but({{0, 0}});
    f.source(0, 0);  // the rest has to be read back to be hashed
    f.verify(0);
    const auto done = f.perform();
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::io);
}

TEST_CASE("zeros are put without content, and verified like content", "[session]") {
    StoreFixture f(10'000);
    std::fill(f.content.begin() + 1500, f.content.begin() + 7200, std::uint8_t{0});
    std::fill(f.log.content.begin(), f.log.content.end(), std::uint8_t{0xaa});
    Order zeros{.kind = Order::Kind::zeros, .offset = 1500, .end = 7200};
    f.place({Placement::Kind::source, 0, 0, 0, Bytes(f.content).first(1500)});
    f.order(zeros);
    f.place({Placement::Kind::source, 0, 0, 7200, Bytes(f.content).subspan(7200)});
    for (std::uint32_t chunk = 0; chunk < 10; ++chunk) f.verify(chunk);
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
    REQUIRE(f.results.size() == 10);
    for (const auto& result : f.results) CHECK(std::get<Verdict>(result).good);
    CHECK(f.log.reads.empty());
}

TEST_CASE("zeros that are told of a verified chunk leave it as it is", "[session]") {
    StoreFixture f(10'000);
    f.place({Placement::Kind::source, 0, 0, 2000, Bytes(f.content).subspan(2000, 1000)});
    f.verify(2);
    f.order({.kind = Order::Kind::zeros, .offset = 1500, .end = 3500});
    REQUIRE(f.perform());
    CHECK(std::ranges::equal(Bytes(f.log.content).subspan(2000, 1000),
                             Bytes(f.content).subspan(2000, 1000)));
}

TEST_CASE("content that belies zeros changes no chunk that is verified", "[session]") {
    StoreFixture f(10'000);
    std::fill(f.content.begin() + 1000, f.content.begin() + 2500, std::uint8_t{0});
    f.order({.kind = Order::Kind::zeros, .offset = 1000, .end = 2500});
    f.verify(1);
    const std::vector<std::uint8_t> forged(1000, 1);
    f.place({Placement::Kind::source, 1, 0, 1500, forged});
    f.verify(1);
    REQUIRE(f.perform());
    CHECK(std::ranges::equal(Bytes(f.log.content).subspan(1000, 1000),
                             Bytes(f.content).subspan(1000, 1000)));
    for (const auto& result : f.results) CHECK(std::get<Verdict>(result).good);
}

TEST_CASE("zeros beyond the end are no order for the store", "[session]") {
    StoreFixture f(10'000);
    f.order({.kind = Order::Kind::zeros, .offset = 9000, .end = 10'001});
    CHECK_FALSE(f.perform());
}
