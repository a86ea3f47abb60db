// SPDX-License-Identifier: MIT
#include "crypto/kdf.hpp"

#include <memory>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/assert.hpp"

namespace mcast::crypto {
namespace {

// libcrypto takes what it only reads as mutable.
OSSL_PARAM octets(const char* name, Bytes bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                             bytes.size());
}

// Fetching an algorithm takes longer than using it. It is never freed.
EVP_KDF* hkdf() {
    static EVP_KDF* const fetched = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr);
    MCAST_ASSERT(fetched != nullptr);
    return fetched;
}

// libcrypto fails here only when it has no memory or no SHA-256 at all.
void derive(int mode, OSSL_PARAM key, OSSL_PARAM extra, MutableBytes out) {
    static char digest[] = "SHA256";
    const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                            OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode), key, extra,
                            OSSL_PARAM_construct_end()};
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(hkdf()),
                                                                            &EVP_KDF_CTX_free);
    MCAST_ASSERT(context != nullptr);
    const int done = EVP_KDF_derive(context.get(), out.data(), out.size(), params.data());
    MCAST_ASSERT(done == 1);
}

}  // namespace

PseudoRandomKey hkdf_extract(Bytes salt, Bytes secret) {
    PseudoRandomKey key{};
    derive(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, octets(OSSL_KDF_PARAM_KEY, secret),
           octets(OSSL_KDF_PARAM_SALT, salt), key);
    return key;
}

void hkdf_expand(const PseudoRandomKey& key, Bytes info, MutableBytes out) {
    derive(EVP_KDF_HKDF_MODE_EXPAND_ONLY, octets(OSSL_KDF_PARAM_KEY, key),
           octets(OSSL_KDF_PARAM_INFO, info), out);
}

}  // namespace mcast::crypto
