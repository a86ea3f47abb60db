// SPDX-License-Identifier: MIT
#include "crypto/kdf.hpp"

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::crypto;

TEST_CASE("HKDF gives what RFC 5869 says, appendix A.1", "[crypto][rfc5869]") {
    const Octets secret(22, 0x0b);
    const auto key = hkdf_extract(from_hex("000102030405060708090a0b0c"), secret);
    CHECK(Octets(key.begin(), key.end()) ==
          from_hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    Octets out(42);
    hkdf_expand(key, from_hex("f0f1f2f3f4f5f6f7f8f9"), out);
    CHECK(out == from_hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                          "34007208d5b887185865"));
}
