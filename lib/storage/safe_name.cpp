// SPDX-License-Identifier: MIT
#include "storage/safe_name.hpp"

#include <cstdint>

namespace mcast::storage {
namespace {

constexpr std::size_t kLongestName = 255;    // NAME_MAX of every file system that matters
constexpr std::size_t kLongestPrinted = 80;  // of a hostile name in a message

// C0, DEL, and C1 as UTF-8 encodes it: what a terminal might obey.
bool is_control(std::string_view text, std::size_t at) {
    const auto byte = static_cast<std::uint8_t>(text[at]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte < 0x80 || byte > 0x9f || at == 0) return false;
    return static_cast<std::uint8_t>(text[at - 1]) == 0xc2;
}

}  // namespace

std::string_view name_objection(std::string_view name) {
    if (name.empty()) return "it is empty";
    if (name.size() > kLongestName) return "it is longer than 255 bytes";
    if (name == "." || name == "..") return "it names a folder";
    if (name.find('/') != name.npos) return "it contains '/'";
    for (std::size_t i = 0; i < name.size(); ++i)
        if (is_control(name, i)) return "it contains control characters";
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
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == kLongestPrinted) return result + "...";
        if (!is_control(text, i)) {
            result += text[i];
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(text[i]);
        result += "\\x";
        result += kDigits[byte >> 4];
        result += kDigits[byte & 15];
    }
    return result;
}

}  // namespace mcast::storage
