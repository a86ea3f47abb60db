// SPDX-License-Identifier: MIT
#include "wire/norm/quantize.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace mcast::wire;

TEST_CASE("round trips are quantised as the peer does it", "[wire][5740-4.2.1]") {
    CHECK(quantize_rtt(0.001) == 76);
    CHECK(quantize_rtt(0.010) == 106);
    CHECK(quantize_rtt(0.1) == 136);
    CHECK(quantize_rtt(0.25) == 148);
    CHECK(quantize_rtt(0.5) == 157);
    CHECK(quantize_rtt(1) == 166);
    CHECK(quantize_rtt(1e-6) == 0);
    CHECK(quantize_rtt(1000) == 255);
    CHECK(rtt_from(0) == Approx(1e-6));
    CHECK(rtt_from(30) == Approx(31e-6));
    CHECK(rtt_from(255) == Approx(1000));
}

TEST_CASE("a quantised round trip is never shorter than the true one, nor 9 % longer", "[wire]") {
    for (double rtt = 33e-6; rtt < 1000; rtt *= 1.0137) {
        const double sent = rtt_from(quantize_rtt(rtt));
        CHECK(sent >= rtt * (1 - 1e-9));
        CHECK(sent < rtt * 1.09);
    }
}

TEST_CASE("every code of a round trip decodes to a value that is encoded to it again", "[wire]") {
    for (int code = 0; code < 256; ++code) {
        CHECK(quantize_rtt(rtt_from(static_cast<std::uint8_t>(code))) == code);
    }
}

TEST_CASE("group sizes are rounded up to 1 or 5 times a power of ten", "[wire][5740-4.2.1]") {
    CHECK(quantize_gsize(1) == 0);
    CHECK(quantize_gsize(10) == 0);
    CHECK(quantize_gsize(11) == 8);
    CHECK(quantize_gsize(50) == 8);
    CHECK(quantize_gsize(51) == 1);
    CHECK(quantize_gsize(1000) == 2);
    CHECK(gsize_from(2) == 1000);
    CHECK(gsize_from(0) == 10);
    CHECK(gsize_from(15) == 5e8);
    CHECK(quantize_gsize(1e12) == 15);
    for (std::uint8_t code = 0; code < 16; ++code) CHECK(quantize_gsize(gsize_from(code)) == code);
}

TEST_CASE("rates have a mantissa of 12 bits and a decimal exponent", "[wire][5740-4.2.3]") {
    CHECK(quantize_rate(2.5e6) == 0x4006);
    CHECK(rate_from(0x4006) == Approx(2.5e6));
    CHECK(quantize_rate(0) == 0);
    CHECK(quantize_rate(1000) == (410 << 4 | 3));
    CHECK(rate_from(quantize_rate(1.25e9)) == Approx(1.25e9).epsilon(0.002));
}

TEST_CASE("a mantissa that rounds up to the next power of ten takes its exponent", "[wire]") {
    CHECK(quantize_rate(9.9999e5) == (410 << 4 | 6));
    CHECK(quantize_rate(9.99e5) == (4092 << 4 | 5));
}

TEST_CASE("every rate decodes to a value that is encoded to it again", "[wire]") {
    for (unsigned mantissa = 410; mantissa < 4096; ++mantissa) {
        for (unsigned exponent = 0; exponent < 16; ++exponent) {
            const auto code = static_cast<std::uint16_t>(mantissa << 4 | exponent);
            if (quantize_rate(rate_from(code)) != code) FAIL(code);
        }
    }
}

TEST_CASE("loss is a fraction of 65535, rounded down", "[wire][5740-4.3.1]") {
    CHECK(quantize_loss(0) == 0);
    CHECK(quantize_loss(0.00001) == 0);
    CHECK(quantize_loss(0.01) == 655);
    CHECK(quantize_loss(1) == 65535);
    for (unsigned code = 0; code < 65536; ++code) {
        if (quantize_loss(loss_from(static_cast<std::uint16_t>(code))) != code) FAIL(code);
    }
}

TEST_CASE("values that no wire can carry become the nearest that it can", "[wire]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double endless = std::numeric_limits<double>::infinity();
    CHECK(quantize_rtt(-1) == 0);
    CHECK(quantize_rtt(nan) == 0);
    CHECK(quantize_rtt(endless) == 255);
    CHECK(quantize_gsize(nan) == 0);
    CHECK(quantize_gsize(endless) == 15);
    CHECK(quantize_rate(-1) == 0);
    CHECK(quantize_rate(nan) == 0);
    CHECK(quantize_rate(endless) == 0xffff);
    CHECK(quantize_loss(nan) == 0);
    CHECK(quantize_loss(-0.5) == 0);
    CHECK(quantize_loss(endless) == 65535);
}
