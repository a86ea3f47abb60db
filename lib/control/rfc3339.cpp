// SPDX-License-Identifier: MIT
#include "control/rfc3339.hpp"

#include <chrono>

#include <fmt/format.h>

namespace mcast::control {
namespace {

constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";

bool has_shape(std::string_view text) {
    if (text.size() != kShape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return false;
    }
    return true;
}

int number(std::string_view text, std::size_t from, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(from, digits)) value = 10 * value + (c - '0');
    return value;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
    using namespace std::chrono;
    const auto ms = floor<milliseconds>(time);
    const auto day = floor<days>(ms);
    const year_month_day date{day};
    const hh_mm_ss clock{ms - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    if (!has_shape(text)) return std::nullopt;
    const year_month_day date{year{number(text, 0, 4)}, month(unsigned(number(text, 5, 2))),
                              day(unsigned(number(text, 8, 2)))};
    const int h = number(text, 11, 2), m = number(text, 14, 2), s = number(text, 17, 2);
    if (!date.ok() || h > 23 || m > 59 || s > 59) return std::nullopt;
    if (date.year() < year{1970} || date.year() > year{2261}) return std::nullopt;
    return WallTime{sys_days{date}} + hours{h} + minutes{m} + seconds{s} +
           milliseconds{number(text, 20, 3)};
}

}  // namespace mcast::control
