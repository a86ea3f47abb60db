// SPDX-License-Identifier: MIT
#include "wire/private/private_head.hpp"

#include <algorithm>

#include <mcast/version.hpp>

#include "base/unicode.hpp"

namespace mcast::wire {
namespace {

bool is_known(std::uint8_t kind) {
    return (kind >= 1 && kind <= 5) || kind == 8 || (kind >= 16 && kind <= 19);
}

Parsed<std::string_view> read_text(Reader& in, std::size_t size) {
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const Bytes bytes = in.take(size);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!in.ok() || !is_utf8(text)) return std::unexpected(ParseError::bad_text);
    return text;
}

void write_text(Writer& out, std::string_view text) {
    out.bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

Parsed<PrivateKind> private_kind(Bytes payload) {
    Reader in(payload);
    const std::uint16_t magic = in.u16();
    if (!in.ok() || magic != kPrivateMagic) return std::unexpected(ParseError::not_private);
    const std::uint8_t version = in.u8();
    const std::uint8_t kind = in.u8();
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (version != kPrivateVersion) return std::unexpected(ParseError::unknown_version);
    if (!is_known(kind)) return std::unexpected(ParseError::unknown_kind);
    return PrivateKind{kind};
}

std::optional<Unknown> unknown_offer(Bytes payload) {
    Reader in(payload);
    const std::uint16_t magic = in.u16();
    const Unknown found{in.u8(), in.u8()};
    if (!in.ok() || magic != kPrivateMagic) return std::nullopt;
    const bool other = found.kind >= kFirstOtherOffer && found.kind <= kLastOtherOffer;
    return found.version != kPrivateVersion || other ? std::optional(found) : std::nullopt;
}

Parsed<Reader> open_private(Bytes payload, PrivateKind kind) {
    const auto found = private_kind(payload);
    if (!found) return std::unexpected(found.error());
    if (*found != kind) return std::unexpected(ParseError::unknown_kind);
    return Reader(payload.subspan(kPrivateHead));
}

void write_private_head(Writer& out, PrivateKind kind) {
    out.u16(kPrivateMagic);
    out.u8(kPrivateVersion);
    out.u8(static_cast<std::uint8_t>(kind));
}

std::string wire_text(std::string_view text, std::size_t most) {
    std::size_t size = std::min(text.size(), most);
    const auto inside = [&] { return (static_cast<std::uint8_t>(text[size]) & 0xc0) == 0x80; };
    while (size > 0 && size < text.size() && inside()) --size;
    std::string fit(text.substr(0, size));
    if (!is_utf8(fit))
        std::ranges::replace_if(
            fit, [](char c) { return (static_cast<std::uint8_t>(c) & 0x80) != 0; }, '?');
    return fit;
}

Parsed<std::string_view> read_text8(Reader& in) {
    const std::size_t size = in.u8();
    return read_text(in, size);
}

Parsed<std::string_view> read_text16(Reader& in) {
    const std::size_t size = in.u16();
    return read_text(in, size);
}

void write_text8(Writer& out, std::string_view text) {
    out.u8(text.size());
    write_text(out, text);
}

void write_text16(Writer& out, std::string_view text) {
    out.u16(text.size());
    write_text(out, text);
}

}  // namespace mcast::wire

namespace mcast {

int protocol_version() {
    return wire::kPrivateVersion;
}

}  // namespace mcast
