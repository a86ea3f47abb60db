// SPDX-License-Identifier: MIT
#include "wire/private_head.hpp"

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

std::string kind_error(std::string_view hex) {
    const Buffer bytes = from_hex(hex);
    return error_of(private_kind(bytes));
}

}  // namespace

TEST_CASE("application bytes without our magic are somebody else's", "[wire]") {
    CHECK(kind_error("") == "not_private");
    CHECK(kind_error("4d") == "not_private");
    CHECK(kind_error("4d 44 01 01") == "not_private");
    CHECK(kind_error("43 4d 01 01") == "not_private");
    CHECK(is_skippable(ParseError::not_private));
}

TEST_CASE("unknown versions and kinds are told apart, and skipped", "[wire]") {
    CHECK(kind_error("4d 43 02 01") == "none");
    CHECK(kind_error("4d 43 00 01") == "unknown_version");
    CHECK(kind_error("4d 43 01 01") == "unknown_version");
    for (const std::string kind : {"00", "05", "0f", "14", "ff"}) {
        CHECK(kind_error("4d 43 02" + kind) == "unknown_kind");
    }
    CHECK(kind_error("4d 43 03 01") == "unknown_version");
    CHECK(is_skippable(ParseError::unknown_version));
    CHECK(is_skippable(ParseError::unknown_kind));
    CHECK(kind_error("4d 43 02") == "truncated");
}

TEST_CASE("an offer of a kind, or a message of a version, that is not known here is seen",
          "[wire]") {
    const auto unknown = [](std::string_view hex) { return unknown_offer(from_hex(hex)); };
    CHECK_FALSE(unknown("4d 43 02 01"));
    CHECK_FALSE(unknown("4d 43 02 05"));  // something else than an offer
    CHECK_FALSE(unknown("4d 44 03 01"));
    CHECK_FALSE(unknown("4d 43 03"));
    REQUIRE(unknown("4d 43 03 01"));
    CHECK(unknown("4d 43 03 01")->version == 3);
    CHECK(unknown("4d 43 01 02")->version == 1);
    CHECK(unknown("4d 43 02 08")->kind == 8);
    CHECK(unknown("4d 43 02 0f")->kind == 15);
    CHECK_FALSE(unknown("4d 43 02 10"));
}

TEST_CASE("every well-formed UTF-8 sequence is text", "[wire][3629]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("image.raw"));
    CHECK(is_utf8("\x7f \xc2\x80 \xdf\xbf"));
    CHECK(is_utf8("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
    CHECK(is_utf8("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

TEST_CASE("what is no UTF-8 is no text", "[wire][3629]") {
    CHECK_FALSE(is_utf8("\x80"));
    CHECK_FALSE(is_utf8("\xff"));
    CHECK_FALSE(is_utf8("a\xc3"));
    CHECK_FALSE(is_utf8(std::string_view("\xc3\xa9").substr(0, 1)));
    CHECK_FALSE(is_utf8(std::string_view("\xe2\x82\xac").substr(0, 2)));
    CHECK_FALSE(is_utf8("\xc3("));
    CHECK_FALSE(is_utf8("\xe2\x82"));
    CHECK_FALSE(is_utf8("\xe2\x82("));
    CHECK_FALSE(is_utf8("\xc0\xaf"));
    CHECK_FALSE(is_utf8("\xc1\xbf"));
    CHECK_FALSE(is_utf8("\xe0\x9f\xbf"));
    CHECK_FALSE(is_utf8("\xed\xa0\x80"));
    CHECK_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));
    CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));
    CHECK_FALSE(is_utf8("\xf5\x80\x80\x80"));
}
