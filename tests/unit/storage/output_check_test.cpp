// SPDX-License-Identifier: MIT
#include "storage/output_check.hpp"

#include <filesystem>

#include "faulty_file_system.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::check_output;
using test::FaultyFileSystem;
using test::TempFolder;
using Call = FaultyFileSystem::Call;

namespace {

struct Fixture {
    TempFolder folder;
    FaultyFileSystem files;

    [[nodiscard]] std::optional<ErrorCode> error(const std::string& output,
                                                 const std::string& name = {},
                                                 bool overwrite = false) {
        const auto result = check_output(files, output, name, overwrite);
        if (result) return {};
        CHECK_FALSE(result.error().message.empty());
        return result.error().code;
    }
};

}  // namespace

TEST_CASE("an output that can be written to is found good and left as it was", "[storage]") {
    Fixture f;
    SECTION("a file system that has files without names") {}
    SECTION("one that has none") {
        f.files.lack(Call::create_unnamed, EOPNOTSUPP);
    }
    CHECK_FALSE(f.error(f.folder.path()));
    CHECK_FALSE(f.error(f.folder.file("a")));
    CHECK_FALSE(f.error(f.folder.path(), "a"));
    CHECK_FALSE(f.error("."));
    CHECK(f.folder.entries().empty());
}

TEST_CASE("an output that cannot work is refused before anything is offered", "[storage]") {
    Fixture f;
    test::put_file(f.folder.file("there"), {1});
    CHECK(f.error("") == ErrorCode::usage);
    CHECK(f.error(f.folder.file("no/file")) == ErrorCode::not_found);
    CHECK(f.error(f.folder.file("there")) == ErrorCode::exists);
    CHECK(f.error("/dev/null", {}, true) == ErrorCode::unsupported);
    CHECK(f.error("/proc/nothing-here"));
    CHECK_FALSE(f.error(f.folder.file("there"), {}, true));
}

TEST_CASE("a name that is known beforehand is checked with the folder", "[storage]") {
    Fixture f;
    test::put_file(f.folder.file("there"), {1});
    std::filesystem::create_directory(f.folder.file("folder"));
    CHECK_FALSE(f.error(f.folder.path()));
    CHECK(f.error(f.folder.path(), "there") == ErrorCode::exists);
    CHECK_FALSE(f.error(f.folder.path(), "there", true));
    CHECK(f.error(f.folder.path(), "folder", true) == ErrorCode::exists);
    CHECK(f.error(f.folder.path(), "a/b") == ErrorCode::usage);
    CHECK_FALSE(f.error(f.folder.file("file"), "a/b"));
}

TEST_CASE("a folder that nothing can be created in is refused", "[storage][fault]") {
    Fixture f;
    const int error = GENERATE(EACCES, EROFS, EPERM);
    f.files.lack(Call::create_unnamed, GENERATE(EOPNOTSUPP, EACCES));
    f.files.lack(Call::create, error);
    CHECK(f.error(f.folder.path()) == ErrorCode::permission);
    CHECK(f.error(f.folder.file("a")) == ErrorCode::permission);
}

TEST_CASE("where files cannot be removed, the check passes nevertheless", "[storage][fault]") {
    Fixture f;
    f.files.lack(Call::create_unnamed, EOPNOTSUPP);
    f.files.lack(Call::remove, EPERM);
    CHECK_FALSE(f.error(f.folder.path()));
    CHECK_FALSE(f.error(f.folder.path()));
}
