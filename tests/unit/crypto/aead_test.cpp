// SPDX-License-Identifier: MIT
#include "crypto/aead.hpp"

#include <algorithm>
#include <vector>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::crypto;

namespace {

StreamKey key_of(Suite suite, std::string_view key, std::string_view iv) {
    StreamKey result;
    result.suite = suite;
    std::ranges::copy(from_hex(key), result.key.begin());
    std::ranges::copy(from_hex(iv), result.iv.begin());
    return result;
}

iovec piece_of(Octets& bytes, std::size_t at, std::size_t size) {
    return {bytes.data() + at, size};
}

Octets sealed(const StreamKey& key, const Octets& head, Octets message,
              std::vector<std::size_t> cuts = {}) {
    std::vector<iovec> pieces;
    std::size_t begin = 0;
    cuts.push_back(message.size());
    for (const auto cut : cuts) {
        pieces.push_back(piece_of(message, begin, cut - begin));
        begin = cut;
    }
    Aead aead(Aead::Direction::seal);
    aead.use(key);
    Octets out(message.size() + kTagSize);
    aead.seal(0, head, pieces, out.data());
    return out;
}

StreamKey some_key(Suite suite) {
    return key_of(suite, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                  "cafebabefacedbaddecaf888");
}

}  // namespace

TEST_CASE("AES-256-GCM is that of McGrew and Viega, test case 16", "[crypto]") {
    const auto out =
        sealed(some_key(Suite::aes_256_gcm), from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
               from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95"
                        "956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"));
    CHECK(out == from_hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48"
                          "590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                          "76fc6ece0f4e1768cddf8853bb2d551b"));
}

TEST_CASE("ChaCha20-Poly1305 is that of RFC 8439 section 2.8.2", "[crypto][rfc8439]") {
    const auto key = key_of(Suite::chacha20_poly1305,
                            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                            "070000004041424344454647");
    const auto out = sealed(key, from_hex("50515253c0c1c2c3c4c5c6c7"),
                            octets("Ladies and Gentlemen of the class of '99: If I could offer you "
                                   "only one tip for the future, sunscreen would be it."));
    CHECK(Octets(out.end() - kTagSize, out.end()) == from_hex("1ae10b594f09e26a7e902ecbd0600691"));
}

TEST_CASE("a message is sealed alike however it is cut into pieces", "[crypto]") {
    Octets message(100);
    for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i);
    for (const auto suite : {Suite::aes_256_gcm, Suite::chacha20_poly1305}) {
        const auto whole = sealed(some_key(suite), {1, 2}, message);
        for (std::size_t first = 0; first <= message.size(); ++first)
            for (std::size_t second = first; second <= message.size(); second += 7)
                REQUIRE(sealed(some_key(suite), {1, 2}, message, {first, second}) == whole);
    }
}

TEST_CASE("the counter is a part of the nonce, all 48 bits of it", "[crypto]") {
    Octets message{1, 2, 3};
    Aead seal(Aead::Direction::seal);
    seal.use(some_key(Suite::aes_256_gcm));
    const iovec piece = piece_of(message, 0, message.size());
    Octets out(message.size() + kTagSize);
    for (int bit = 0; bit < 48; ++bit) {
        const std::uint64_t counter = std::uint64_t{1} << bit;
        seal.seal(counter, {}, {&piece, 1}, out.data());
        Aead open(Aead::Direction::open);
        open.use(some_key(Suite::aes_256_gcm));
        Octets copy = out;
        CHECK_FALSE(open.open(0, {}, copy));
        copy = out;
        CHECK(open.open(counter, {}, copy));
        CHECK(Octets(copy.begin(), copy.begin() + 3) == message);
    }
}
