// SPDX-License-Identifier: MIT
#include "wire/norm/header.hpp"

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

const Buffer kFlush =
    from_hex("13 05 00 3f ee 6b 28 00 00 4d 56 00 01 05 00 00 00 00 02 13 00 00 00 01 00 00 00 02");

std::string error_with(std::size_t offset, std::uint8_t value) {
    Buffer changed = kFlush;
    changed.at(offset) = value;
    return error_of(parse(changed));
}

}  // namespace

TEST_CASE("only NORM version 1 is understood", "[wire][5740-4.1]") {
    CHECK(error_with(0, 0x13) == "none");
    CHECK(error_with(0, 0x03) == "bad_version");
    CHECK(error_with(0, 0x23) == "bad_version");
    CHECK(error_with(0, 0x4c) == "bad_version");
    CHECK(error_with(0, 0x4d) == "sealed");
}

TEST_CASE("undefined types are told apart from damage", "[wire][5740-4.1]") {
    CHECK(error_with(0, 0x16) == "none");  // a REPORT
    CHECK(error_with(0, 0x10) == "unknown_type");
    CHECK(error_with(0, 0x17) == "unknown_type");
    CHECK(error_with(12, 0) == "unknown_type");
    CHECK(error_with(12, 8) == "unknown_type");
    CHECK(is_skippable(ParseError::unknown_type));
    CHECK_FALSE(is_skippable(ParseError::truncated));
}

TEST_CASE("a header has one of the six types", "[wire][5740-4.1]") {
    Buffer datagram = kFlush;
    const auto error_as = [&](std::uint8_t type) {
        datagram[0] = static_cast<std::uint8_t>(0x10 | type);
        return error_of(parse_header(datagram));
    };
    CHECK(error_as(0) == "unknown_type");
    CHECK(error_as(1) == "none");
    CHECK(error_as(6) == "none");
    CHECK(error_as(7) == "unknown_type");
}

TEST_CASE("a header length that lies is refused", "[wire][5740-4.1]") {
    CHECK(error_with(1, 0) == "header_length");
    CHECK(error_with(1, 1) == "header_length");
    CHECK(error_with(1, 8) == "header_length");
    CHECK(error_with(1, 255) == "header_length");
    CHECK(error_with(1, 2) == "truncated");
    CHECK(error_with(1, 4) == "truncated");
    // What it takes in beyond its own fields must be extensions: node 1 begins with type 0, HEL 0.
    CHECK(error_with(1, 6) == "extension_length");
}

TEST_CASE("nobody is node 0 or node 0xffffffff", "[wire][5740-4.1]") {
    Buffer bytes = kFlush;
    for (const std::uint8_t value : {std::uint8_t{0x00}, std::uint8_t{0xff}}) {
        std::fill_n(bytes.begin() + 4, 4, value);
        CHECK(error_of(parse(bytes)) == "bad_node");
    }
}

TEST_CASE("a FEC encoding that we do not speak is named as such", "[wire]") {
    CHECK(error_with(13, 2) == "unknown_fec");
    CHECK(error_with(13, 6) == "unknown_fec");
    CHECK(is_skippable(ParseError::unknown_fec));
}

TEST_CASE("node lists that are not whole are refused", "[wire]") {
    for (std::size_t size = 20; size <= kFlush.size(); ++size) {
        const auto flush = parse(Bytes(kFlush).first(size));
        CHECK(error_of(flush) == ((size - 20) % 4 == 0 ? "none" : "list_length"));
    }
}

TEST_CASE("every error has a name of its own", "[wire]") {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < kParseErrors; ++i) {
        const auto one = name(static_cast<ParseError>(i));
        CHECK_FALSE(one.empty());
        CHECK(std::ranges::find(names, one) == names.end());
        names.push_back(one);
    }
    CHECK(name(ParseError::truncated) == "truncated");
    CHECK(name(ParseError::list_length) == "list_length");
    CHECK(name(ParseError::bad_value) == "bad_value");
    CHECK(name(static_cast<ParseError>(kParseErrors)) == "unknown");
}
