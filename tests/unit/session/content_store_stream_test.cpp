// SPDX-License-Identifier: MIT
#include "unit/session/store_fixture.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::session::test;
using Fixture = StoreFixture;

namespace {

Order end_at(ByteCount size) {
    return {.kind = Order::Kind::end, .offset = size};
}

}  // namespace

TEST_CASE("the last block of a stream is computed as if it were filled up with zeros",
          "[session][stream]") {
    const bool in_place = GENERATE(false, true);
    auto f = Fixture::stream(2050);  // the last block has four symbols and a half
    if (in_place) f.show_in_place(4096);
    f.all_but({{2, 1}, {2, 4}});
    f.parity(2, 0);
    f.parity(2, 3);
    REQUIRE(f.perform());
    f.order(end_at(2050));
    f.order(decode(2, {1, 4}, {0, 3}));
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk) f.verify(chunk);
    REQUIRE(f.perform());
    CHECK(f.log.content == f.content);
    REQUIRE(f.results.size() == 3);
    for (const auto& result : f.results) CHECK(std::get<Verdict>(result).good);
}

TEST_CASE("a stream that came in order is not read back when its end is known",
          "[session][stream]") {
    auto f = Fixture::stream(2050);
    f.all_but({});
    REQUIRE(f.perform());
    f.order(end_at(2050));
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk) f.verify(chunk);
    REQUIRE(f.perform());
    CHECK(f.log.reads.empty());
    for (const auto& result : f.results) CHECK(std::get<Verdict>(result).good);
}

TEST_CASE("the root of a stream is over the chunks up to its end", "[session][stream]") {
    const ByteCount size = GENERATE(0U, 999U, 2000U, 2050U);
    CAPTURE(size);
    auto f = Fixture::stream(size);
    f.all_but({});
    f.order(end_at(size));
    std::vector<storage::Digest> chunks;
    for (std::uint32_t chunk = 0; chunk * kChunk < size; ++chunk) {
        f.verify(chunk);
        chunks.push_back(f.digest_of_chunk(chunk));
    }
    f.order({.kind = Order::Kind::finish});
    REQUIRE(f.perform());
    const auto root = storage::root_digest(DigestAlgorithm::xxh3_128, size, chunks);
    CHECK(std::get<Finished>(f.results.back()).digest_text ==
          storage::to_text(DigestAlgorithm::xxh3_128, root));
}

TEST_CASE("nothing beyond the end of a stream is verified or decoded", "[session][stream]") {
    auto f = Fixture::stream(2050);
    f.order(end_at(1000));
    REQUIRE(f.perform());
    f.verify(1);
    CHECK_FALSE(f.perform());
    f.order(decode(2, {0}, {0}));
    CHECK_FALSE(f.perform());
}
