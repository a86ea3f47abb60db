// SPDX-License-Identifier: MIT
#include "crypto/envelope.hpp"

namespace mcast::crypto {
namespace {

constexpr std::size_t kKind = 1;
constexpr std::size_t kKeyId = 2;
constexpr std::size_t kSession = 4;
constexpr std::size_t kPart = 10;
constexpr std::size_t kCounter = 18;
static_assert(kCounter + 6 == kHeadSize);

constexpr std::uint8_t kFromReceiver = 0x80;

std::uint64_t get(Bytes packet, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : packet.subspan(at, bytes)) value = value << 8 | byte;
    return value;
}

std::optional<Suite> known_suite(std::uint8_t value) {
    const auto suite = static_cast<Suite>(value);
    if (suite != Suite::aes_256_gcm && suite != Suite::chacha20_poly1305) return std::nullopt;
    return suite;
}

}  // namespace

std::uint8_t kind_byte(Side side, Suite suite) {
    const auto value = static_cast<std::uint8_t>(suite);
    return side == Side::receiver ? value | kFromReceiver : value;
}

void put(std::uint64_t value, std::size_t bytes, std::uint8_t* out) {
    for (std::size_t i = 0; i < bytes; ++i)
        out[i] = static_cast<std::uint8_t>(value >> (8 * (bytes - 1 - i)));
}

std::optional<Head> parse_head(Bytes packet) {
    if (packet.size() <= kOverhead || !is_sealed(packet)) return std::nullopt;
    const std::uint8_t kind = packet[kKind];
    const auto suite = known_suite(kind & static_cast<std::uint8_t>(~kFromReceiver));
    if (!suite) return std::nullopt;
    return Head{(kind & kFromReceiver) != 0 ? Side::receiver : Side::sender,
                *suite,
                static_cast<std::uint16_t>(get(packet, kKeyId, 2)),
                {get(packet, kSession, 6), get(packet, kPart, 8)},
                get(packet, kCounter, 6)};
}

void write_head(const Head& head, std::span<std::uint8_t, kHeadSize> out) {
    out[0] = kMark;
    out[kKind] = kind_byte(head.side, head.suite);
    put(head.key_id, 2, &out[kKeyId]);
    put(head.stream.session, 6, &out[kSession]);
    put(head.stream.part, 8, &out[kPart]);
    put(head.counter, 6, &out[kCounter]);
}

}  // namespace mcast::crypto
