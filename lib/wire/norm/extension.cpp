// SPDX-License-Identifier: MIT
#include "wire/norm/extension.hpp"

#include "wire/reader.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint8_t kFirstFixedType = 128;

/// The size in bytes of the first extension, as it says: 0 is possible.
std::size_t extension_size(Bytes extensions) {
    Reader in(extensions);
    const std::uint8_t type = in.u8();
    return type >= kFirstFixedType ? 4 : std::size_t{4} * in.u8();
}

}  // namespace

Parsed<std::optional<Bytes>> find_extension(Bytes extensions, std::uint8_t type) {
    std::optional<Bytes> found;
    while (!extensions.empty()) {
        const std::size_t size = extension_size(extensions);
        if (size == 0 || size > extensions.size()) {
            return std::unexpected(ParseError::extension_length);
        }
        if (!found && extensions[0] == type) found = extensions.first(size);
        extensions = extensions.subspan(size);
    }
    return found;
}

}  // namespace mcast::wire
