// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "crypto/envelope.hpp"
#include "crypto/secret.hpp"

struct evp_cipher_ctx_st;

namespace mcast::crypto {

/// Key and nonce base of one stream. They are wiped when it goes.
struct StreamKey {
    Suite suite = Suite::aes_256_gcm;
    std::array<std::uint8_t, 32> key{};
    std::array<std::uint8_t, 12> iv{};

    StreamKey() = default;
    StreamKey(const StreamKey&) = default;
    StreamKey& operator=(const StreamKey&) = default;
    ~StreamKey() {
        wipe(key);
        wipe(iv);
    }
    friend bool operator==(const StreamKey&, const StreamKey&) = default;
};

/// False: the libcrypto of this machine is without it.
[[nodiscard]] bool is_available(Suite suite);
/// AES-256-GCM, or ChaCha20-Poly1305 where the processor has no instructions for AES.
[[nodiscard]] Suite fastest_suite();

/// Encrypts and authenticates packets by libcrypto, in one direction. Keeps the key schedule of the
/// stream that it was used for last. One thread at a time.
class Aead {
  public:
    enum class Direction : std::uint8_t { seal, open };

    explicit Aead(Direction direction);
    Aead(Aead&& other) noexcept;
    Aead& operator=(Aead&& other) = delete;
    ~Aead();

    /// Chooses the key for what follows.
    void use(const StreamKey& key);
    /// Writes the pieces, encrypted, and the tag behind them, to `out`, which has room for both.
    /// `head` is authenticated as well. A counter must not be used twice with one key.
    void seal(std::uint64_t counter, Bytes head, std::span<const iovec> pieces, std::uint8_t* out);
    /// Decrypts `sealed`, a message and its tag, in place. False, and the message is worthless, if
    /// message, tag or `head` are not what was sealed with that counter.
    [[nodiscard]] bool open(std::uint64_t counter, Bytes head, MutableBytes sealed);

  private:
    void begin(std::uint64_t counter, Bytes head);
    void convert(const std::uint8_t* in, std::size_t size, std::uint8_t* out);

    Direction direction_;
    evp_cipher_ctx_st* context_;
    StreamKey key_;
    bool keyed_ = false;
};

}  // namespace mcast::crypto
