// SPDX-License-Identifier: MIT
#include "wire/norm/quantize.hpp"

#include <cmath>

namespace mcast::wire {
namespace {

constexpr double kMinRtt = 1e-6;
constexpr double kMaxRtt = 1e3;
constexpr double kLinearRtt = 33e-6;  // codes are linear below, exponential above
constexpr std::uint8_t kLinearCodes = 31;
/// Keeps a decoded value from being rounded past its own code.
constexpr double kSlack = 1e-9;

double clamp_or_low(double value, double low, double high) {
    if (!(value > low)) return low;  // NaN, too
    return value < high ? value : high;
}

double power_of_ten(int exponent) {
    double power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

}  // namespace

std::uint8_t quantize_rtt(double seconds) {
    const double rtt = clamp_or_low(seconds, kMinRtt, kMaxRtt);
    const double code = rtt < kLinearRtt ? std::trunc(rtt / kMinRtt) - 1
                                         : std::ceil(255 - 13 * std::log(kMaxRtt / rtt) - kSlack);
    return static_cast<std::uint8_t>(code);
}

double rtt_from(std::uint8_t code) {
    if (code < kLinearCodes) return (code + 1) * kMinRtt;
    return kMaxRtt / std::exp((255 - code) / 13.0);
}

std::uint8_t quantize_gsize(double receivers) {
    const double size = clamp_or_low(receivers, 10, 5e8);
    for (int exponent = 0; exponent < 8; ++exponent) {
        const double power = power_of_ten(exponent + 1);
        if (size <= power) return static_cast<std::uint8_t>(exponent);
        if (size <= 5 * power) return static_cast<std::uint8_t>(exponent | 8);
    }
    return 15;
}

double gsize_from(std::uint8_t code) {
    return ((code & 8) != 0 ? 5 : 1) * power_of_ten((code & 7) + 1);
}

std::uint16_t quantize_rate(double bytes_per_second) {
    double mantissa = 409.6 * clamp_or_low(bytes_per_second, 0, 1e17);
    unsigned exponent = 0;
    // NRL: a mantissa that rounds to 4096 overflows to about 0 there; here the next power is used.
    for (; mantissa + 0.5 >= 4096 && exponent < 15; ++exponent) mantissa /= 10;
    const auto rounded = static_cast<unsigned>(clamp_or_low(mantissa + 0.5, 0, 4095));
    return static_cast<std::uint16_t>(rounded << 4 | exponent);
}

double rate_from(std::uint16_t code) {
    return (code >> 4) * (10.0 / 4096) * power_of_ten(code & 15);
}

std::uint16_t quantize_loss(double fraction) {
    return static_cast<std::uint16_t>(clamp_or_low(fraction, 0, 1) * 65535 + kSlack);
}

double loss_from(std::uint16_t code) {
    return code / 65535.0;
}

}  // namespace mcast::wire
