// SPDX-License-Identifier: MIT
#include "storage/safe_name.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "base/unicode.hpp"

namespace mcast::storage {
namespace {

constexpr std::size_t kLongestPrinted = 80;  // of a hostile name in a message

}  // namespace

std::string_view name_objection(std::string_view name) {
    if (name.empty()) return "it is empty";
    if (name.size() > kLongestName) return "it is longer than 255 bytes";
    if (name == "." || name == "..") return "it names a folder";
    if (name.find('/') != name.npos) return "it contains '/'";
    if (any_character(name, is_control)) return "it contains control characters";
    return {};
}

std::string_view unasked_objection(std::string_view name) {
    if (name.starts_with('.')) return "it begins with a dot";
    if (name.starts_with('-')) return "it begins with a dash";
    if (any_character(name, is_unseen)) return "it holds characters that are not seen";
    return {};
}

Result<std::string> safe_name(std::string_view offered) {
    const std::string_view why = name_objection(offered);
    if (why.empty()) return std::string(offered);
    return fail(ErrorCode::protocol, "the sender offers the unsafe file name \"" +
                                         printable(offered) + "\": " + std::string(why) +
                                         "; choose one yourself with --output");
}

std::string printable(std::string_view text) {
    std::string result;
    const std::size_t whole = text.size();
    while (!text.empty()) {
        if (whole - text.size() >= kLongestPrinted) return result + "...";
        const Character c = first_character(text);
        if (!c.valid || is_control(c.code))
            for (const char byte : c.bytes)
                result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(byte));
        else
            result += c.bytes;
        text.remove_prefix(c.bytes.size());
    }
    return result;
}

}  // namespace mcast::storage
