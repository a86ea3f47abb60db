// SPDX-License-Identifier: MIT
#include "base/serial.hpp"

#include "support/catch.hpp"

using mcast::SerialUnwrapper;

TEST_CASE("a 16-bit serial number goes on counting after it wraps", "[base]") {
    SerialUnwrapper<std::uint16_t> serial;
    const auto first = serial.unwrap(0xfffe);
    CHECK(serial.unwrap(0xffff) == first + 1);
    CHECK(serial.unwrap(0) == first + 2);
    CHECK(serial.unwrap(1) == first + 3);
}

TEST_CASE("a late serial number keeps its place and does not move the highest", "[base]") {
    SerialUnwrapper<std::uint16_t> serial;
    const auto first = serial.unwrap(2);
    CHECK(serial.unwrap(0xffff) == first - 3);
    CHECK(serial.highest() == first);
    CHECK(serial.unwrap(3) == first + 1);
}
