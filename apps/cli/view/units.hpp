// SPDX-License-Identifier: MIT
#pragma once

// Values as people write and read them: rates, sizes, durations, addresses. Pure functions. The
// error for a text that cannot be read is the rest of a sentence that begins with the option's
// name: "'12X' is not a rate; examples: 900M, 2.5G".

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mcast::cli {

template <typename T>
using Parsed = std::expected<T, std::string>;

struct Number {
    double value;
    std::string_view suffix;  ///< the text after the digits
};
/// Splits digits and a point from the suffix: no sign, no exponent, no nan or inf, no hexadecimal.
[[nodiscard]] std::optional<Number> split_number(std::string_view text);

/// Bits per second, as "900M", "2.5G", "100Mbit", "1.5 Gbit/s"; with a capital B bytes, as "100MB"
/// or "100MiB/s"; from 1k to 10T (rate_text.cpp).
[[nodiscard]] Parsed<std::uint64_t> parse_rate(std::string_view text);
/// As parse_rate; "auto" is empty.
[[nodiscard]] Parsed<std::optional<std::uint64_t>> parse_rate_or_auto(std::string_view text);

/// Bytes, as "64M", "1.5GiB", "200000": letters mean powers of 1024.
[[nodiscard]] Parsed<std::uint64_t> parse_bytes(std::string_view text);

/// "5", "0.5", "5s", "500ms", "2m", "1h": in seconds.
[[nodiscard]] Parsed<double> parse_seconds(std::string_view text);
/// As parse_seconds, but more than zero.
[[nodiscard]] Parsed<double> parse_positive_seconds(std::string_view text);

/// "10", "12.5%": 0 to 100; "auto" is empty.
[[nodiscard]] Parsed<std::optional<double>> parse_percent_or_auto(std::string_view text);

struct GroupAddress {
    std::string address;  ///< numeric, without brackets
    std::optional<std::uint16_t> port;
    friend bool operator==(const GroupAddress&, const GroupAddress&) = default;
};
/// "239.1.2.3", "239.1.2.3:7701", "[ff15::1]", "[ff15::1]:7701": a multicast address.
[[nodiscard]] Parsed<GroupAddress> parse_group(std::string_view text);

[[nodiscard]] std::string format_bytes(std::uint64_t bytes);     ///< "1.0 GiB"
[[nodiscard]] std::string format_rate(double bps);               ///< "2.7 Gbit/s"
[[nodiscard]] std::string format_rate_short(double bps);         ///< "2.7G"
[[nodiscard]] std::string format_seconds(double seconds);        ///< "3.2 s", "2 min 05 s"
[[nodiscard]] std::string format_seconds_short(double seconds);  ///< "4s", "2m", "3h", "5d"
[[nodiscard]] std::string format_count(std::uint64_t n, std::string_view noun);  ///< "1 receiver"

}  // namespace mcast::cli
