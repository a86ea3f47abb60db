// SPDX-License-Identifier: MIT
#include "storage/file_system.hpp"

#include <cerrno>
#include <string>

#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::real_file_system;
using test::TempFolder;

TEST_CASE("what cannot be looked at is an error, and what is not there is none", "[storage]") {
    const TempFolder folder;
    const auto missing = real_file_system().kind_of(folder.file("none"));
    CHECK(missing == storage::FileSystem::Kind::missing);
    const auto unknown = real_file_system().kind_of(folder.file(std::string(300, 'x')));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error() == ENAMETOOLONG);
}

TEST_CASE("a file system that counts no blocks has no free space to tell", "[storage]") {
    const TempFolder folder;
    const auto here = real_file_system().free_space(folder.file(""));
    REQUIRE(here);
    CHECK(here->has_value());
    const auto none = real_file_system().free_space("/proc");
    REQUIRE(none);
    CHECK_FALSE(none->has_value());
}
