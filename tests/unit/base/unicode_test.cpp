// SPDX-License-Identifier: MIT
#include "base/unicode.hpp"

#include "support/catch.hpp"

using namespace mcast;

TEST_CASE("every well-formed UTF-8 sequence is text", "[base][3629]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("image.raw"));
    CHECK(is_utf8("\x7f \xc2\x80 \xdf\xbf"));
    CHECK(is_utf8("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
    CHECK(is_utf8("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

TEST_CASE("what is no UTF-8 is no text", "[base][3629]") {
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

TEST_CASE("a text is taken apart into characters and bytes that are none", "[base][3629]") {
    const auto c = first_character("\xe2\x82\xac!");
    CHECK(c.valid);
    CHECK(c.code == 0x20ac);
    CHECK(c.bytes.size() == 3);
    CHECK_FALSE(first_character("\xe2\x82").valid);
    CHECK(first_character("\xe2\x82").bytes.size() == 1);
    CHECK(first_character(std::string_view("\0", 1)).valid);
}

TEST_CASE("what a terminal might obey is a control character", "[base][hostile]") {
    CHECK(is_control(GENERATE(as<char32_t>{}, 0x00, 0x0a, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f)));
    CHECK_FALSE(is_control(GENERATE(as<char32_t>{}, 0x20, 0x7e, 0xa0, 0xad, 0x202e)));
}

TEST_CASE("what hides or turns text is not seen, and accents are", "[base][hostile]") {
    CHECK(is_unseen(GENERATE(as<char32_t>{}, 0x1b, 0x85, 0xad, 0x61c, 0x115f, 0x180e, 0x200b,
                             0x200f, 0x2028, 0x202e, 0x2066, 0x3164, 0xfeff, 0xffa0, 0xfff9,
                             0xe0001, 0xe0041)));
    CHECK_FALSE(is_unseen(
        GENERATE(as<char32_t>{}, 0x20, 0x41, 0xe4, 0x301, 0x5e9, 0x20ac, 0x4e00, 0xfe0f, 0x1f600)));
}

TEST_CASE("a character takes as many columns as a terminal gives it", "[base]") {
    CHECK(columns_of(U'a') == 1);
    CHECK(columns_of(0x5e9) == 1);
    CHECK(columns_of(GENERATE(as<char32_t>{}, 0x301, 0x20d0, 0xfe0f)) == 0);
    CHECK(columns_of(GENERATE(as<char32_t>{}, 0x1100, 0x4e00, 0xac00, 0xff21, 0x1f600)) == 2);
}
