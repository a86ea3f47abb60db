// SPDX-License-Identifier: MIT
#include "storage/safe_name.hpp"

#include "support/catch.hpp"

using mcast::ErrorCode;
using mcast::storage::printable;
using mcast::storage::safe_name;
using mcast::storage::unasked_objection;
using namespace std::string_view_literals;

TEST_CASE("a bare file name is taken as it is", "[storage]") {
    const std::string name = GENERATE("image.raw", "-rf", "..hidden", ".hidden", "a b", "a\\b",
                                      "\xc3\xa4\xe2\x82\xac.txt", "...");
    CHECK(safe_name(name) == name);
}

TEST_CASE("a name that could leave the folder or fool a terminal is refused by name",
          "[storage][hostile]") {
    const std::string_view name = GENERATE(""sv, "."sv, ".."sv, "/etc/passwd"sv, "../x"sv, "a/b"sv,
                                           "a/"sv, "a\0b"sv, "a\nb"sv, "\x1b[2J"sv, "a\x7f"sv,
                                           "\xc2\x9b"
                                           "2J"sv);
    const auto result = safe_name(name);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::protocol);
    CHECK(result.error().message.find(printable(name)) != std::string::npos);
    CHECK(result.error().message.find('\x1b') == std::string::npos);
}

TEST_CASE("a name is at most 255 bytes long", "[storage][hostile]") {
    CHECK(safe_name(std::string(255, 'a')).has_value());
    CHECK_FALSE(safe_name(std::string(256, 'a')).has_value());
}

TEST_CASE("a hostile name of a megabyte makes a short message", "[storage][hostile]") {
    const auto result = safe_name(std::string(1 << 20, '/'));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message.size() < 300);
}

TEST_CASE(
    "a name that hides, reads as an option, or is not what it seems is taken only if asked for",
    "[storage][hostile]") {
    const std::string bad = GENERATE(".bash_login", "..", "-rf", "--help",
                                     "gpj.\xe2\x80\xae"
                                     "exe",
                                     "a\xe2\x80\x8b"
                                     "b",
                                     "\xef\xbb\xbf"
                                     "a",
                                     "a\xc2\xad"
                                     "b",
                                     "a\xe2\x81\xa6"
                                     "b",
                                     "a\xf3\xa0\x81\x81", "a\xd8\x9c",
                                     "a\xf0\xe2\x80\xae");  // behind a byte that is no UTF-8
    CHECK_FALSE(unasked_objection(bad).empty());
    const std::string good = GENERATE("image.raw", "a-b.c", "\xc3\xa4\xe2\x82\xac.txt", "a b",
                                      "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xf0\x9f\x98\x80");
    CHECK(unasked_objection(good).empty());
    CHECK(unasked_objection("cut \xe2\x80").empty());  // no UTF-8: its end does no harm
}
