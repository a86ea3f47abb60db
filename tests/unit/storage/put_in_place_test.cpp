// SPDX-License-Identifier: MIT
#include "storage/put_in_place.hpp"

#include <filesystem>

#include "faulty_file_system.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::put_in_place;
using test::Content;
using test::FaultyFileSystem;
using test::TempFolder;
using Call = FaultyFileSystem::Call;

namespace {

/// A folder with a complete file in it that wants the name "a".
struct Fixture {
    TempFolder folder;
    FaultyFileSystem files;
    std::string part = folder.file("a.part");
    std::string a = folder.file("a");

    Fixture() { test::put_file(part, {1, 2, 3}); }

    [[nodiscard]] Result<void> put(bool replace = false) {
        return put_in_place(files, part, a, replace);
    }
    void check_put() {
        REQUIRE(put().has_value());
        CHECK(folder.entries() == std::vector<std::string>{"a"});
        CHECK(test::file_content(a) == Content{1, 2, 3});
    }
    void check_refused(ErrorCode code) {
        const auto result = put();
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code == code);
        CHECK(test::file_content(part) == Content{1, 2, 3});
    }
    /// As file systems that other machines or programs provide.
    void without_new_rename() {
        files.lack(Call::rename_new, GENERATE(EINVAL, ENOSYS, EOPNOTSUPP, EPERM));
    }
    void without_links() {
        without_new_rename();
        files.lack(Call::link, GENERATE(EPERM, EOPNOTSUPP, ENOSYS, EINVAL, EACCES, EMLINK));
    }
};

}  // namespace

TEST_CASE("a complete file gets its name by what its file system has", "[storage][fault]") {
    Fixture f;
    SECTION("a rename that replaces nothing") {}
    SECTION("a hard link") {
        f.without_new_rename();
    }
    SECTION("neither") {
        f.without_links();
    }
    f.check_put();
}

TEST_CASE("a file that is there already is never replaced, whatever the file system lacks",
          "[storage][fault]") {
    Fixture f;
    SECTION("a rename that replaces nothing") {}
    SECTION("a hard link") {
        f.without_new_rename();
    }
    SECTION("neither") {
        f.without_links();
    }
    test::put_file(f.a, {9});
    f.check_refused(ErrorCode::exists);
    CHECK(test::file_content(f.a) == Content{9});
}

TEST_CASE("a file that takes the place of the empty one is not replaced either",
          "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::rename_new, EINVAL);
    f.files.lack(Call::link, EPERM);
    bool looked = false;
    f.files.before(Call::identify, [&] {
        if (!std::exchange(looked, true)) return;
        std::filesystem::remove(f.a);
        test::put_file(f.a, {9});
    });
    f.check_refused(ErrorCode::exists);
    CHECK(test::file_content(f.a) == Content{9});
}

TEST_CASE("a file system that replaces nothing at all is written to", "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::rename_new, ENOSYS);
    f.files.lack(Call::link, EPERM);
    f.files.fail_at(Call::rename, 1, GENERATE(EEXIST, EACCES, EPERM));
    f.check_put();
}

TEST_CASE("a name that cannot be had leaves no empty file, or says so", "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::rename_new, EINVAL);
    f.files.lack(Call::link, EPERM);
    f.files.lack(Call::rename, EIO);
    SECTION("it is taken away") {
        f.check_refused(ErrorCode::io);
        CHECK(f.folder.entries() == std::vector<std::string>{"a.part"});
    }
    SECTION("it cannot be taken away") {
        f.files.lack(Call::remove, EPERM);
        const auto result = f.put();
        REQUIRE_FALSE(result.has_value());
        CHECK_THAT(result.error().message, Catch::Contains("an empty file is left"));
    }
}

TEST_CASE("what a file system refuses for a reason is not tried by other means",
          "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::rename_new, GENERATE(EIO, EROFS, ENOSPC));
    CHECK_FALSE(f.put().has_value());
    CHECK(f.files.count(Call::link) == 0);
    CHECK(f.files.count(Call::rename) == 0);
}

TEST_CASE("what may be replaced is replaced in one step", "[storage]") {
    Fixture f;
    test::put_file(f.a, {9});
    REQUIRE(f.put(true).has_value());
    CHECK(test::file_content(f.a) == Content{1, 2, 3});
    CHECK(f.files.calls() == std::vector<Call>{Call::rename});
}
