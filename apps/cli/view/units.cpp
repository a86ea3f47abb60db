// SPDX-License-Identifier: MIT
#include "cli/view/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/unit_text.hpp"

namespace mcast::cli {
namespace {

constexpr double kMaxSeconds = 1e8;  // three years; keeps nanoseconds within 64 bits

using Factors = std::span<const std::pair<std::string_view, double>>;

std::optional<double> scaled(std::string_view text, Factors factors) {
    const auto number = split_number(text);
    if (!number) return {};
    for (const auto& [suffix, factor] : factors) {
        if (suffix == number->suffix) return number->value * factor;
    }
    return {};
}

constexpr std::array<std::pair<std::string_view, double>, 5> kTimeFactors{
    {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"h", 3600}}};
constexpr std::array<std::pair<std::string_view, double>, 2> kPercentFactors{{{"", 1}, {"%", 1}}};
constexpr double kKi = 1024;
constexpr std::array<std::pair<std::string_view, double>, 13> kByteFactors{
    {{"", 1},
     {"k", kKi},
     {"K", kKi},
     {"KiB", kKi},
     {"M", kKi* kKi},
     {"MB", kKi* kKi},
     {"MiB", kKi* kKi},
     {"G", kKi* kKi* kKi},
     {"GB", kKi* kKi* kKi},
     {"GiB", kKi* kKi* kKi},
     {"T", kKi* kKi* kKi* kKi},
     {"TB", kKi* kKi* kKi* kKi},
     {"TiB", kKi* kKi* kKi* kKi}}};
constexpr double kMostBytes = 1e15;

std::unexpected<std::string> wrong(std::string_view text, std::string_view rest) {
    return std::unexpected(fmt::format("'{}' {}", text, rest));
}

Parsed<std::uint16_t> parse_port(std::string_view whole, std::string_view text) {
    std::uint16_t port = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (text.empty() || error != std::errc{} || stop != end || port == 0) {
        return wrong(whole, "has no port from 1 to 65535 after the colon");
    }
    return port;
}

Parsed<std::string> parse_multicast_address(std::string_view whole, const std::string& address,
                                            bool v6) {
    std::array<unsigned char, 16> bytes{};
    const auto percent = address.find('%');
    if (!v6 && percent != std::string::npos) {
        return wrong(whole, "has an interface, which only IPv6 groups can have; name it by -i");
    }
    if (percent != std::string::npos && percent + 1 == address.size()) {
        return wrong(whole, "has no interface after the percent sign; an example: [ff02::7%eth0]");
    }
    const std::string bare = address.substr(0, percent);
    if (inet_pton(v6 ? AF_INET6 : AF_INET, bare.c_str(), bytes.data()) != 1) {
        return wrong(whole,
                     "is not a group address; examples: 239.255.77.77, 239.1.2.3:7701, "
                     "[ff15::7701]:7701");
    }
    if (v6 ? bytes[0] != 0xff : (bytes[0] & 0xf0) != 0xe0) {
        return wrong(whole,
                     "is not a multicast address; those are 224.0.0.0 to 239.255.255.255 "
                     "and ff00::/8");
    }
    return address;
}

}  // namespace

std::optional<Number> split_number(std::string_view text) {
    const auto length = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto digits = text.substr(0, length);
    double value = 0;
    const auto end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, std::chars_format::fixed);
    if (digits.empty() || error != std::errc{} || stop != end) return {};
    return Number{value, text.substr(length)};
}

Parsed<std::uint64_t> parse_bytes(std::string_view text) {
    const auto bytes = scaled(text, kByteFactors);
    if (!bytes || *bytes > kMostBytes)
        return wrong(text, "is not a size; examples: 64M, 1.5GiB, 200000");
    return static_cast<std::uint64_t>(*bytes);
}

Parsed<double> parse_seconds(std::string_view text) {
    const auto seconds = scaled(text, kTimeFactors);
    if (!seconds || *seconds > kMaxSeconds) {
        return wrong(text, "is not a duration; examples: 30, 0.5, 500ms, 2m");
    }
    return *seconds;
}

Parsed<double> parse_positive_seconds(std::string_view text) {
    auto seconds = parse_seconds(text);
    if (seconds && *seconds <= 0) return wrong(text, "is too short; it must be more than zero");
    return seconds;
}

Parsed<std::optional<double>> parse_percent_or_auto(std::string_view text) {
    if (text == "auto") return std::optional<double>{};
    const auto percent = scaled(text, kPercentFactors);
    if (!percent || *percent > 100) {
        return wrong(text, "is not a percentage from 0 to 100; examples: 10%, 2.5%, auto");
    }
    return std::optional{*percent};
}

Parsed<GroupAddress> parse_group(std::string_view text) {
    const bool v6 = text.starts_with('[');
    const auto close = text.find(']');
    if (v6 && close == std::string_view::npos) return wrong(text, "lacks the closing bracket");
    if (!v6 && text.find(':') != text.rfind(':')) {
        return wrong(text,
                     "looks like an IPv6 address: put it in brackets, as in [ff15::7701]:7701");
    }
    const auto host = v6 ? text.substr(1, close - 1) : text.substr(0, text.find(':'));
    const auto rest = text.substr(host.size() + (v6 ? 2 : 0));
    const auto address = parse_multicast_address(text, std::string(host), v6);
    if (!address) return std::unexpected(address.error());
    if (rest.empty()) return GroupAddress{*address, {}};
    if (!rest.starts_with(':')) return wrong(text, "has something other than :PORT at its end");
    const auto port = parse_port(text, rest.substr(1));
    if (!port) return std::unexpected(port.error());
    return GroupAddress{*address, *port};
}

std::string format_bytes(std::uint64_t bytes) {
    return bytes_text(bytes);
}

std::string format_rate(double bps) {
    return rate_text(bps);
}

std::string format_rate_short(double bps) {
    static constexpr std::array<std::string_view, 5> kUnits{"", "k", "M", "G", "T"};
    return with_unit(bps, 1000, kUnits);
}

std::string format_seconds(double seconds) {
    if (seconds < 0.0995) return fmt::format("{:.0f} ms", 1000 * std::max(seconds, 0.0));
    if (seconds < 59.95) return fmt::format("{:.1f} s", std::max(seconds, 0.0));
    const auto whole = std::llround(seconds);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    const auto minutes = whole / 60;
    return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string format_seconds_short(double seconds) {
    const auto whole = std::llround(std::clamp(seconds, 0.0, kMaxSeconds));
    if (whole < 100) return fmt::format("{}s", whole);
    if (whole < 100 * 60) return fmt::format("{}m", whole / 60);
    if (whole < 100 * 3600) return fmt::format("{}h", whole / 3600);
    return fmt::format("{}d", whole / 86400);
}

std::string format_count(std::uint64_t n, std::string_view noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace mcast::cli
