// SPDX-License-Identifier: MIT
#include "base/unit_text.hpp"

#include "support/catch.hpp"

using namespace mcast;

TEST_CASE("a size is told with three digits at most, in the unit that fits", "[base]") {
    CHECK(bytes_text(0) == "0 B");
    CHECK(bytes_text(1023) == "1023 B");
    CHECK(bytes_text(1024) == "1.0 KiB");
    CHECK(bytes_text(60ULL << 20) == "60 MiB");
    CHECK(bytes_text((1ULL << 30) - 1) == "1.0 GiB");
}

TEST_CASE("a rate is told in bits per second", "[base]") {
    CHECK(rate_text(0) == "0 bit/s");
    CHECK(rate_text(900e6) == "900 Mbit/s");
    CHECK(rate_text(2.5e9) == "2.5 Gbit/s");
}
