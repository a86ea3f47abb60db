// SPDX-License-Identifier: MIT
#include "storage/libcrypto.hpp"

#include <string>

#include <dlfcn.h>
#include <openssl/opensslv.h>

namespace mcast::storage {
namespace {

std::string file_name() {
    return "libcrypto.so." + std::to_string(OPENSSL_SHLIB_VERSION);
}

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

Result<Libcrypto> load() {
    void* const library = ::dlopen(file_name().c_str(), RTLD_LAZY | RTLD_LOCAL);
    Libcrypto all{};
    if (library == nullptr || !find(library, "EVP_MD_CTX_new", all.md_ctx_new) ||
        !find(library, "EVP_MD_CTX_free", all.md_ctx_free) ||
        !find(library, "EVP_MD_CTX_copy_ex", all.md_ctx_copy) ||
        !find(library, "EVP_sha256", all.sha256) ||
        !find(library, "EVP_DigestInit_ex2", all.digest_init) ||
        !find(library, "EVP_DigestUpdate", all.digest_update) ||
        !find(library, "EVP_DigestFinal_ex", all.digest_final)) {
        const char* const why = ::dlerror();
        return fail(ErrorCode::unsupported,
                    "SHA-256 needs OpenSSL 3: " + std::string(why != nullptr ? why : file_name()));
    }
    return all;
}

}  // namespace

const Result<Libcrypto>& libcrypto() {
    static const auto loaded = load();
    return loaded;
}

}  // namespace mcast::storage
