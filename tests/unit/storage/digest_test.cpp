// SPDX-License-Identifier: MIT
#include "storage/digest.hpp"

#include <string_view>

#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using namespace mcast::storage;

namespace {

constexpr auto kXxh3 = DigestAlgorithm::xxh3_128;
constexpr auto kSha256 = DigestAlgorithm::sha256;

std::string text_of(DigestAlgorithm algorithm, std::string_view content) {
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
    return to_text(algorithm, digest_of(algorithm, bytes));
}

}  // namespace

TEST_CASE("digests are those that sha256sum and xxhsum -H2 print", "[storage][vector]") {
    CHECK(text_of(kSha256, "abc") ==
          "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(text_of(kSha256, "") ==
          "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(text_of(kXxh3, "") == "xxh3-128:99aa06d3014798d86001c324468d497f");
    CHECK(text_of(kXxh3, "abc") == "xxh3-128:06b05ab6733a618578af5f94892f3950");
}

TEST_CASE("content in pieces has the digest of the whole", "[storage]") {
    const auto algorithm = GENERATE(kXxh3, kSha256);
    const auto content = test::random_content(100'000, 1);
    const auto hash = make_hash(algorithm);
    hash->update(Bytes(content).first(10));
    hash->reset();
    for (std::size_t at = 0; at < content.size(); at += 1452)
        hash->update(Bytes(content).subspan(at, std::min<std::size_t>(1452, content.size() - at)));
    const Digest digest = digest_of(algorithm, content);
    CHECK(hash->digest() == digest);
    CHECK(hash->digest() == digest);
    CHECK(digest.width == digest_width(algorithm));
    CHECK(digest != digest_of(algorithm, Bytes(content).first(99'999)));
}

TEST_CASE("chunks are a mebibyte until there would be more than 16384", "[storage]") {
    constexpr ByteCount kMiB = ByteCount{1} << 20;
    CHECK(chunk_size_for(0) == kMiB);
    CHECK(chunk_size_for(1) == kMiB);
    CHECK(chunk_size_for(16384 * kMiB) == kMiB);
    CHECK(chunk_size_for(16384 * kMiB + 1) == 2 * kMiB);
    CHECK(chunk_count((ByteCount{1} << 48) - 1, chunk_size_for((ByteCount{1} << 48) - 1)) <= 16384);
    CHECK(chunk_count(0, kMiB) == 0);
    CHECK(chunk_count(kMiB, kMiB) == 1);
    CHECK(chunk_count(kMiB + 1, kMiB) == 2);
    // The largest number must not loop for ever.
    CHECK(chunk_count(~ByteCount{0}, chunk_size_for(~ByteCount{0})) <= 16384);
}

TEST_CASE("the root digest is that of the chunks' digests and the size, big-endian",
          "[storage][vector]") {
    const auto algorithm = GENERATE(kXxh3, kSha256);
    const auto one = digest_of(algorithm, test::random_content(10, 1));
    const auto two = digest_of(algorithm, test::random_content(10, 2));
    test::Content by_hand(one.span().begin(), one.span().end());
    by_hand.insert(by_hand.end(), two.span().begin(), two.span().end());
    by_hand.insert(by_hand.end(), {0, 0, 0, 0, 0, 0x12, 0x34, 0x56});
    const std::array chunks{one, two};
    CHECK(root_digest(algorithm, 0x123456, chunks) == digest_of(algorithm, by_hand));
}

TEST_CASE("the digest of zeros is that of so many bytes of zero", "[storage]") {
    const auto algorithm = GENERATE(DigestAlgorithm::xxh3_128, DigestAlgorithm::sha256);
    for (const std::size_t length : {0U, 1U, 65'536U, 1'000'003U})
        CHECK(zeros_digest(algorithm, length) ==
              digest_of(algorithm, std::vector<std::uint8_t>(length)));
}
