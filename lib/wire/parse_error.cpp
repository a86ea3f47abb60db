// SPDX-License-Identifier: MIT
#include "wire/parse_error.hpp"

#include <array>

namespace mcast::wire {
namespace {

constexpr std::array<std::string_view, kParseErrors> kNames{
    "truncated",       "bad_version",      "sealed",         "unknown_type",  "bad_node",
    "header_length",   "extension_length", "unknown_fec",    "bad_fti",       "list_length",
    "request_form",    "request_flags",    "request_length", "request_range", "not_private",
    "unknown_version", "unknown_kind",     "bad_text",       "bad_value",
};

}  // namespace

std::string_view name(ParseError error) {
    const auto index = static_cast<std::size_t>(error);
    return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace mcast::wire
