// SPDX-License-Identifier: MIT
#pragma once

// What is called of OpenSSL's libcrypto. The library is loaded with the first call of libcrypto()
// and stays until the process ends: its thousands of relocations are more than half of the time in
// which a tool starts, and only those who digest by SHA-256 need it. Any thread.

#include <openssl/evp.h>

#include "base/result.hpp"

namespace mcast::storage {

struct Libcrypto {
    decltype(&::EVP_MD_CTX_new) md_ctx_new;
    decltype(&::EVP_MD_CTX_free) md_ctx_free;
    decltype(&::EVP_MD_CTX_copy_ex) md_ctx_copy;
    decltype(&::EVP_sha256) sha256;
    decltype(&::EVP_DigestInit_ex2) digest_init;
    decltype(&::EVP_DigestUpdate) digest_update;
    decltype(&::EVP_DigestFinal_ex) digest_final;
};

/// Error: unsupported, when it is not installed or another one than that of the headers.
[[nodiscard]] const Result<Libcrypto>& libcrypto();

}  // namespace mcast::storage
