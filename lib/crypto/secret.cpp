// SPDX-License-Identifier: MIT
#include "crypto/secret.hpp"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace mcast::crypto {
namespace {

constexpr std::string_view kPrefix = "mcast-key-1:";
constexpr std::size_t kEncoded = (Secret::kBytes + 2) / 3 * 4;  // base64 with its padding

std::string_view without_line_end(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}  // namespace

void wipe(MutableBytes bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

std::optional<Secret> Secret::draw() {
    std::array<std::uint8_t, kBytes> bytes{};
    if (RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return std::nullopt;
    Secret secret(bytes);
    wipe(bytes);
    return secret;
}

std::optional<Secret> Secret::parse(std::string_view text) {
    text = without_line_end(text);
    if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + kEncoded) return std::nullopt;
    const std::string encoded(text.substr(kPrefix.size()));
    // The padding decodes to one more byte, which is 0.
    std::array<std::uint8_t, kEncoded / 4 * 3> decoded{};
    const int length =
        EVP_DecodeBlock(decoded.data(), reinterpret_cast<const unsigned char*>(encoded.data()),
                        static_cast<int>(encoded.size()));
    if (length != static_cast<int>(decoded.size())) return std::nullopt;
    std::array<std::uint8_t, kBytes> bytes{};
    std::copy_n(decoded.begin(), kBytes, bytes.begin());
    Secret secret(bytes);
    wipe(decoded);
    wipe(bytes);
    // libcrypto takes other spellings of the same bytes as well; there should be one.
    if (secret.text() != text) return std::nullopt;
    return secret;
}

std::string Secret::text() const {
    std::array<std::uint8_t, kEncoded + 1> encoded{};
    EVP_EncodeBlock(encoded.data(), bytes_.data(), static_cast<int>(kBytes));
    return std::string(kPrefix) + std::string(encoded.begin(), encoded.end() - 1);
}

}  // namespace mcast::crypto
