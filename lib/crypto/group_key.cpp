// SPDX-License-Identifier: MIT
#include "crypto/group_key.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcast::crypto {
namespace {

constexpr std::string_view kSalt = "mcast 1";
constexpr std::string_view kIdLabel = "mcast key id";
constexpr std::string_view kStreamLabel = "mcast stream";

Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

GroupKey::GroupKey(const Secret& secret) : key_(hkdf_extract(bytes_of(kSalt), secret.bytes())) {
    std::array<std::uint8_t, 2> id{};
    hkdf_expand(key_, bytes_of(kIdLabel), id);
    id_ = static_cast<std::uint16_t>(id[0] << 8 | id[1]);
}

StreamKey GroupKey::stream_key(const Head& head, std::uint64_t answered) const {
    // Each field has a fixed length, so that no two streams have the same text.
    std::array<std::uint8_t, kStreamLabel.size() + 1 + 6 + 8 + 6> info{};
    std::ranges::copy(bytes_of(kStreamLabel), info.begin());
    std::uint8_t* at = info.data() + kStreamLabel.size();
    *at++ = kind_byte(head.side, head.suite);
    put(head.stream.session, 6, at);
    put(head.stream.part, 8, at + 6);
    put(answered, 6, at + 14);
    std::array<std::uint8_t, 32 + 12> drawn{};
    hkdf_expand(key_, info, drawn);
    StreamKey key;
    key.suite = head.suite;
    std::copy_n(drawn.begin(), key.key.size(), key.key.begin());
    std::copy_n(drawn.begin() + key.key.size(), key.iv.size(), key.iv.begin());
    wipe(drawn);
    return key;
}

}  // namespace mcast::crypto
