// SPDX-License-Identifier: MIT
#include <algorithm>

#include "expect.hpp"
#include "storage/safe_name.hpp"

using namespace mcast;

namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

}  // namespace

// A name that is safe is one file in a folder, and the name that was offered; what is printed of
// any name obeys no terminal's orders and has an end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view name(reinterpret_cast<const char*>(data), size);
    const std::string printed = storage::printable(name);
    EXPECT_ALWAYS(printed.size() <= 4 * (80 + 3) + 3);
    EXPECT_ALWAYS(std::ranges::none_of(printed, is_control));

    const auto safe = storage::safe_name(name);
    EXPECT_ALWAYS(safe.has_value() == storage::name_objection(name).empty());
    const bool proactive_symbols = storage::unasked_objection(name).empty();
    if (!safe) {
        EXPECT_ALWAYS(!safe.error().message.empty());
        return 0;
    }
    EXPECT_ALWAYS(*safe == name && !name.empty() && name.size() <= 255);
    EXPECT_ALWAYS(name != "." && name != ".." && name.find('/') == name.npos);
    EXPECT_ALWAYS(std::ranges::none_of(name, is_control));
    // U+202E RIGHT-TO-LEFT OVERRIDE and U+200B ZERO WIDTH SPACE among others.
    const bool turns =
        name.find("\xe2\x80\xae") != name.npos || name.find("\xe2\x80\x8b") != name.npos;
    EXPECT_ALWAYS(!proactive_symbols || !(name.front() == '.' || name.front() == '-'));
    EXPECT_ALWAYS(!(proactive_symbols && turns));
    return 0;
}
