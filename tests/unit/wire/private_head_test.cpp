// SPDX-License-Identifier: MIT
#include "wire/private/private_head.hpp"

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
    CHECK(kind_error("4d 43 02 08") == "none");
    CHECK(kind_error("4d 43 00 01") == "unknown_version");
    CHECK(kind_error("4d 43 01 01") == "unknown_version");
    for (const std::string kind : {"00", "06", "07", "09", "0f", "14", "ff"}) {
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
    CHECK_FALSE(unknown("4d 43 02 06"));  // something else than an offer
    CHECK_FALSE(unknown("4d 44 03 01"));
    CHECK_FALSE(unknown("4d 43 03"));
    REQUIRE(unknown("4d 43 03 01"));
    CHECK(unknown("4d 43 03 01")->version == 3);
    CHECK(unknown("4d 43 01 02")->version == 1);
    CHECK_FALSE(unknown("4d 43 02 08"));
    CHECK(unknown("4d 43 02 09")->kind == 9);
    CHECK(unknown("4d 43 02 0f")->kind == 15);
    CHECK_FALSE(unknown("4d 43 02 10"));
}
