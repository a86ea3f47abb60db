// SPDX-License-Identifier: MIT
#include "crypto/aead.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <openssl/evp.h>

#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/assert.hpp"

namespace mcast::crypto {
namespace {

constexpr std::size_t kBlock = 16;  // of AES; libcrypto is slow with parts of a block

// Fetching an algorithm takes longer than using it. It is never freed.
const EVP_CIPHER* cipher_of(Suite suite) {
    static EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    static EVP_CIPHER* const chacha = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    return suite == Suite::aes_256_gcm ? aes : chacha;
}

// libcrypto fails only when it has no memory, or was called in the wrong way.
void must(int done) {
    MCAST_ASSERT(done == 1);
}

}  // namespace

bool is_available(Suite suite) {
    return cipher_of(suite) != nullptr;
}

Suite fastest_suite() {
#if defined(__x86_64__)
    const bool has_aes = __builtin_cpu_supports("aes") != 0;
#elif defined(__aarch64__)
    const bool has_aes = (getauxval(AT_HWCAP) & HWCAP_AES) != 0;
#else
    const bool has_aes = false;
#endif
    return has_aes ? Suite::aes_256_gcm : Suite::chacha20_poly1305;
}

Aead::Aead(Direction direction) : direction_(direction), context_(EVP_CIPHER_CTX_new()) {
    MCAST_ASSERT(context_ != nullptr);
}

Aead::Aead(Aead&& other) noexcept
    : direction_(other.direction_),
      context_(std::exchange(other.context_, nullptr)),
      key_(other.key_),
      keyed_(other.keyed_) {}

Aead::~Aead() {
    EVP_CIPHER_CTX_free(context_);
}

void Aead::use(const StreamKey& key) {
    if (keyed_ && key == key_) return;
    key_ = key;
    keyed_ = true;
    must(EVP_CipherInit_ex2(context_, cipher_of(key.suite), key.key.data(), nullptr,
                            direction_ == Direction::seal ? 1 : 0, nullptr));
}

void Aead::begin(std::uint64_t counter, Bytes head) {
    MCAST_ASSERT(keyed_ && counter < kCounterEnd);
    auto nonce = key_.iv;
    std::array<std::uint8_t, 6> number{};
    put(counter, number.size(), number.data());
    for (std::size_t i = 0; i < number.size(); ++i)
        nonce[nonce.size() - number.size() + i] ^= number[i];
    must(EVP_CipherInit_ex2(context_, nullptr, nullptr, nonce.data(), -1, nullptr));
    int length = 0;
    must(EVP_CipherUpdate(context_, nullptr, &length, head.data(), static_cast<int>(head.size())));
}

void Aead::convert(const std::uint8_t* in, std::size_t size, std::uint8_t* out) {
    if (size == 0) return;
    int length = 0;
    must(EVP_CipherUpdate(context_, out, &length, in, static_cast<int>(size)));
    MCAST_ASSERT(static_cast<std::size_t>(length) == size);
}

// The end of one piece and the beginning of the next are put together, so that libcrypto gets whole
// blocks and the bulk of each piece from where it lies.
void Aead::seal(std::uint64_t counter, Bytes head, std::span<const iovec> pieces,
                std::uint8_t* out) {
    begin(counter, head);
    std::size_t sealed = 0;  // so many bytes of `out` are encrypted,
    std::size_t copied = 0;  // and up to here it has the message as it is
    for (const iovec& piece : pieces) {
        const auto* from = static_cast<const std::uint8_t*>(piece.iov_base);
        const std::size_t fill = std::min(piece.iov_len, (kBlock - copied % kBlock) % kBlock);
        if (fill > 0) std::memcpy(out + copied, from, fill);
        copied += fill;
        const std::size_t bulk = (piece.iov_len - fill) / kBlock * kBlock;
        const std::size_t rest = piece.iov_len - fill - bulk;
        if (bulk > 0) {
            convert(out + sealed, copied - sealed, out + sealed);
            convert(from + fill, bulk, out + copied);
            sealed = copied += bulk;
        }
        if (rest > 0) std::memcpy(out + copied, from + fill + bulk, rest);
        copied += rest;
    }
    convert(out + sealed, copied - sealed, out + sealed);
    int length = 0;
    must(EVP_CipherFinal_ex(context_, out + copied, &length));
    must(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, kTagSize, out + copied));
}

bool Aead::open(std::uint64_t counter, Bytes head, MutableBytes sealed) {
    MCAST_ASSERT(sealed.size() >= kTagSize);
    begin(counter, head);
    const std::size_t size = sealed.size() - kTagSize;
    must(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, kTagSize, sealed.data() + size));
    convert(sealed.data(), size, sealed.data());
    int length = 0;
    return EVP_CipherFinal_ex(context_, sealed.data() + size, &length) == 1;
}

}  // namespace mcast::crypto
