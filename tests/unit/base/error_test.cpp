// SPDX-License-Identifier: MIT
#include <set>

#include <mcast/error.hpp>

#include "support/catch.hpp"

using namespace mcast;

TEST_CASE("error numbers count up from one without a gap", "[base]") {
    std::uint16_t expected = 1;
    for (const auto& row : error_table()) CHECK(static_cast<std::uint16_t>(row.code) == expected++);
}

TEST_CASE("error names are unique, snake_case and found again", "[base]") {
    std::set<std::string_view> names;
    for (const auto& row : error_table()) {
        CHECK(names.insert(row.name).second);
        CHECK(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK(find_error(row.name)->code == row.code);
        CHECK_FALSE(row.meaning.empty());
    }
    CHECK(find_error("no_such_name") == nullptr);
}

TEST_CASE("an unknown error number reads as internal", "[base]") {
    CHECK(error_info(static_cast<ErrorCode>(999)).name == "internal");
}
