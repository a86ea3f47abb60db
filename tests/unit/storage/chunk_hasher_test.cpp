// SPDX-License-Identifier: MIT
#include "storage/chunk_hasher.hpp"

#include "runs.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using namespace mcast::storage;

namespace {

constexpr ByteCount kChunk = 1000;

/// Content of ten chunks and a half, and what their digests should be.
struct Fixture {
    DigestAlgorithm algorithm = DigestAlgorithm::xxh3_128;
    test::Content content = test::random_content(10'500, 7);
    ChunkHasher hasher{algorithm, content.size(), kChunk};

    void feed(ByteCount begin, ByteCount end) {
        hasher.feed(begin, Bytes(content).subspan(begin, end - begin));
    }
    [[nodiscard]] Digest expected(std::uint32_t chunk) const {
        const ByteCount begin = chunk * kChunk;
        const ByteCount length = std::min(kChunk, content.size() - begin);
        return digest_of(algorithm, Bytes(content).subspan(begin, length));
    }
};

}  // namespace

TEST_CASE("content in order gives every chunk's digest, the short last one, too", "[storage]") {
    Fixture f;
    f.algorithm = GENERATE(DigestAlgorithm::xxh3_128, DigestAlgorithm::sha256);
    f.hasher = ChunkHasher(f.algorithm, f.content.size(), kChunk);
    ByteCount at = 0;
    for (const iovec& piece : test::pieces_of(f.content, 97)) {
        f.feed(at, at + piece.iov_len);
        at += piece.iov_len;
    }
    for (std::uint32_t chunk = 0; chunk < 11; ++chunk)
        CHECK(f.hasher.finished(chunk) == f.expected(chunk));
    CHECK_FALSE(f.hasher.finished(11).has_value());
}

TEST_CASE("a run of pieces may cover many chunks", "[storage]") {
    Fixture f;
    f.hasher.feed(0, test::pieces_of(f.content, 1452));
    for (std::uint32_t chunk = 0; chunk < 11; ++chunk)
        CHECK(f.hasher.finished(chunk) == f.expected(chunk));
}

TEST_CASE("an unfinished chunk has no digest", "[storage]") {
    Fixture f;
    f.feed(0, 999);
    CHECK_FALSE(f.hasher.finished(0).has_value());
    f.feed(999, 1000);
    CHECK(f.hasher.finished(0) == f.expected(0));
}

TEST_CASE("a chunk with a gap goes on where the gap was, and needs what came behind it again",
          "[storage]") {
    Fixture f;
    f.feed(0, 400);
    f.feed(500, 1000);
    CHECK(f.hasher.next(0) == 400);
    f.feed(400, 500);
    CHECK(f.hasher.next(0) == 500);
    CHECK_FALSE(f.hasher.finished(0).has_value());
    f.feed(500, 1000);
    CHECK(f.hasher.next(0) == 1000);
    CHECK(f.hasher.finished(0) == f.expected(0));
}

TEST_CASE("a chunk whose begin comes late needs what came before it again", "[storage]") {
    Fixture f;
    f.feed(1500, 2000);
    CHECK(f.hasher.next(1) == 1000);
    f.feed(1000, 1500);
    CHECK(f.hasher.next(1) == 1500);
    CHECK_FALSE(f.hasher.finished(1).has_value());
    f.feed(1500, 2000);
    CHECK(f.hasher.finished(1) == f.expected(1));
}

TEST_CASE("content that replaces what was hashed before a gap makes the chunk begin anew",
          "[storage]") {
    Fixture f;
    f.feed(0, 400);
    f.feed(500, 1000);
    f.content[350] ^= 1;
    SECTION("all of it hashed") {
        f.feed(300, 400);
    }
    SECTION("over the gap's begin") {
        f.feed(300, 500);
    }
    CHECK(f.hasher.next(0) == 0);
    f.feed(400, 1000);
    CHECK_FALSE(f.hasher.finished(0).has_value());
    f.feed(0, 1000);
    CHECK(f.hasher.finished(0) == f.expected(0));
}

TEST_CASE("content that replaces what was not hashed costs nothing", "[storage]") {
    Fixture f;
    f.feed(0, 400);
    f.feed(500, 1000);
    f.content[700] ^= 1;
    f.feed(600, 800);
    CHECK(f.hasher.next(0) == 400);
    f.feed(400, 1000);
    CHECK(f.hasher.finished(0) == f.expected(0));
}

TEST_CASE("chunks may take turns", "[storage]") {
    Fixture f;
    for (ByteCount at = 0; at < kChunk; at += 100)
        for (ByteCount chunk = 0; chunk < ChunkHasher::kOpenChunks; ++chunk)
            f.feed(chunk * kChunk + at, chunk * kChunk + at + 100);
    for (std::uint32_t chunk = 0; chunk < ChunkHasher::kOpenChunks; ++chunk)
        CHECK(f.hasher.finished(chunk) == f.expected(chunk));
}

TEST_CASE("one chunk too many in progress costs the one fed longest ago", "[storage]") {
    Fixture f;
    constexpr std::uint32_t kLast = ChunkHasher::kOpenChunks;
    for (ByteCount chunk = 0; chunk < kLast; ++chunk) f.feed(chunk * kChunk, chunk * kChunk + 500);
    f.feed(500, 600);  // now chunk 1 is the one
    f.feed(kLast * kChunk, kLast * kChunk + 500);
    f.feed(600, 1000);
    for (ByteCount chunk = 1; chunk <= kLast; ++chunk)
        f.feed(chunk * kChunk + 500, (chunk + 1) * kChunk);
    for (std::uint32_t chunk = 0; chunk <= kLast; ++chunk)
        if (chunk != 1) CHECK(f.hasher.finished(chunk) == f.expected(chunk));
    CHECK_FALSE(f.hasher.finished(1).has_value());
    CHECK(f.hasher.next(1) == 1000);
}

TEST_CASE("content that comes again takes back the digest", "[storage]") {
    Fixture f;
    f.feed(0, 1000);
    f.feed(300, 400);
    CHECK_FALSE(f.hasher.finished(0).has_value());
    CHECK(f.hasher.next(0) == 0);
}

TEST_CASE("a chunk that is received again from its begin is hashed anew", "[storage]") {
    Fixture f;
    f.feed(0, 1000);
    f.content[10] ^= 1;
    SECTION("after its end") {}
    SECTION("in its middle") {
        f.hasher.forget(0);
        f.feed(0, 600);
    }
    SECTION("forgotten") {
        f.hasher.forget(0);
    }
    f.feed(0, 500);
    CHECK_FALSE(f.hasher.finished(0).has_value());
    f.feed(500, 1000);
    CHECK(f.hasher.finished(0) == f.expected(0));
}

TEST_CASE("a forgotten chunk has no digest", "[storage]") {
    Fixture f;
    f.feed(0, 1500);
    f.hasher.forget(0);
    f.hasher.forget(1);
    f.feed(1500, 2000);
    CHECK_FALSE(f.hasher.finished(0).has_value());
    CHECK_FALSE(f.hasher.finished(1).has_value());
}

TEST_CASE("content beyond the size is ignored", "[storage][hostile]") {
    Fixture f;
    const test::Content more(5000, 1);
    f.feed(10'000, 10'500);
    f.hasher.feed(10'500, more);
    f.hasher.feed(~ByteCount{0} - 10, more);
    CHECK(f.hasher.finished(10) == f.expected(10));
    CHECK_FALSE(f.hasher.finished(11).has_value());
}

namespace {

/// The same content as a stream, whose size is not known at first.
struct Streaming : Fixture {
    Streaming() { hasher = ChunkHasher(algorithm, ByteCount{1} << 40, kChunk); }
};

}  // namespace

TEST_CASE("the last chunk of a stream is finished when its end becomes known",
          "[storage][stream]") {
    Streaming f;
    f.feed(9000, 10'500);
    CHECK(f.hasher.finished(9) == f.expected(9));
    CHECK_FALSE(f.hasher.finished(10).has_value());
    CHECK(f.hasher.next(10) == 10'500);
    f.hasher.end_at(10'500);
    CHECK(f.hasher.finished(10) == f.expected(10));
}

TEST_CASE("a last chunk that lacks something goes on after the end is known", "[storage][stream]") {
    Streaming f;
    f.feed(10'000, 10'200);
    f.feed(9000, 9300);
    f.hasher.end_at(10'500);
    CHECK_FALSE(f.hasher.finished(10).has_value());
    CHECK_FALSE(f.hasher.finished(9).has_value());
    f.feed(10'200, 10'500);
    f.feed(9300, 10'000);
    CHECK(f.hasher.finished(10) == f.expected(10));
    CHECK(f.hasher.finished(9) == f.expected(9));
}

TEST_CASE("an end on the border of a chunk changes nothing", "[storage][stream]") {
    Streaming f;
    f.feed(0, 1000);
    f.hasher.end_at(1000);
    CHECK(f.hasher.finished(0) == f.expected(0));
    CHECK_FALSE(f.hasher.finished(1).has_value());
}

TEST_CASE("zeros give the digests that they would give as content", "[storage]") {
    Fixture f;
    f.algorithm = GENERATE(DigestAlgorithm::xxh3_128, DigestAlgorithm::sha256);
    f.hasher = ChunkHasher(f.algorithm, f.content.size(), kChunk);
    std::fill(f.content.begin() + 1500, f.content.end(), std::uint8_t{0});
    f.feed(0, 1500);
    f.hasher.feed_zeros(1500, 4700);
    f.hasher.feed_zeros(4700, 10'500);
    for (std::uint32_t chunk = 0; chunk < 11; ++chunk)
        CHECK(f.hasher.finished(chunk) == f.expected(chunk));
}

TEST_CASE("zeros take the place of content of the same chunk", "[storage]") {
    Fixture f;
    f.feed(2000, 2600);
    f.hasher.feed_zeros(2000, 3000);
    std::fill_n(f.content.begin() + 2000, 1000, std::uint8_t{0});
    CHECK(f.hasher.finished(2) == f.expected(2));
    CHECK(f.hasher.next(2) == 3000);
}
