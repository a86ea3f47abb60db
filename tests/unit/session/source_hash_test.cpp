// SPDX-License-Identifier: MIT
#include "session/send/source_hash.hpp"

#include "support/catch.hpp"
#include "unit/session/content.hpp"
#include "unit/session/memory_source.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

namespace {

constexpr auto kAlgorithm = DigestAlgorithm::sha256;

}  // namespace

TEST_CASE("a range has the digest of its bytes, whether they lie in memory or are read",
          "[session]") {
    const auto content = random_content(10'000, 1);
    const auto piece = GENERATE(std::size_t{0}, std::size_t{7}, std::size_t{1000});
    const MemorySource source(content, piece);
    SourceHash hash(source, kAlgorithm);
    hash.feed(1234, 5678);
    CHECK(hash.digest() == storage::digest_of(kAlgorithm, Bytes(content).subspan(1234, 5678)));
}

TEST_CASE("ranges that are fed one after the other count as one", "[session]") {
    const auto content = random_content(3000, 2);
    const MemorySource source(content, 500);
    SourceHash hash(source, kAlgorithm);
    hash.feed(0, 1);
    hash.feed(1, 1998);
    hash.feed(1999, 1001);
    CHECK(hash.digest() == storage::digest_of(kAlgorithm, content));
}

TEST_CASE("after a reset nothing counts that was fed before", "[session]") {
    const auto content = random_content(100, 3);
    const MemorySource source(content);
    SourceHash hash(source, kAlgorithm);
    hash.feed(0, 100);
    hash.reset();
    hash.feed(50, 50);
    CHECK(hash.digest() == storage::digest_of(kAlgorithm, Bytes(content).subspan(50)));
}
