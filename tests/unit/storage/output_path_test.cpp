// SPDX-License-Identifier: MIT
#include "storage/output_path.hpp"

#include <filesystem>

#include <sys/stat.h>

#include "faulty_file_system.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::OutputPath;
using storage::resolve_output;
using test::FaultyFileSystem;
using test::TempFolder;

namespace {

ErrorCode error_of(const std::string& output, const std::string& offered, bool overwrite = false) {
    const auto result = resolve_output(storage::real_file_system(), output, offered, overwrite);
    REQUIRE_FALSE(result.has_value());
    CHECK_FALSE(result.error().message.empty());
    return result.error().code;
}

std::string path_of(const std::string& output, const std::string& offered, bool overwrite = false) {
    const auto result = resolve_output(storage::real_file_system(), output, offered, overwrite);
    REQUIRE(result.has_value());
    return result->full();
}

}  // namespace

TEST_CASE("a folder takes the offered name, anything else is the file itself", "[storage]") {
    const TempFolder folder;
    CHECK(path_of(folder.path(), "a") == folder.file("a"));
    CHECK(path_of(folder.path() + "/", "a") == folder.file("a"));
    CHECK(path_of(folder.file("b"), "a") == folder.file("b"));
    CHECK(path_of(".", "a-name-that-is-not-there") == "a-name-that-is-not-there");
    CHECK(path_of("not-there-either", "a") == "not-there-either");
}

TEST_CASE("a link to a folder is a folder", "[storage]") {
    const TempFolder folder;
    std::filesystem::create_directory(folder.file("real"));
    std::filesystem::create_symlink("real", folder.file("link"));
    CHECK(path_of(folder.file("link"), "a") == folder.file("link/a"));
}

TEST_CASE("an unsafe offered name matters only where it would be used", "[storage][hostile]") {
    const TempFolder folder;
    CHECK(error_of(folder.path(), "../a") == ErrorCode::protocol);
    CHECK(path_of(folder.file("b"), "../a") == folder.file("b"));
}

TEST_CASE("the folder of the output has to exist", "[storage]") {
    const TempFolder folder;
    test::put_file(folder.file("file"), {1});
    CHECK(error_of(folder.file("no/file"), "a") == ErrorCode::not_found);
    CHECK(error_of(folder.file("no/"), "a") == ErrorCode::not_found);
    CHECK(error_of(folder.file("file/b"), "a") == ErrorCode::not_found);
    CHECK(error_of("", "a") == ErrorCode::usage);
}

TEST_CASE("an existing file is refused without overwrite", "[storage]") {
    const TempFolder folder;
    test::put_file(folder.file("a"), {1});
    CHECK(error_of(folder.path(), "a") == ErrorCode::exists);
    CHECK(error_of(folder.file("a"), "b") == ErrorCode::exists);
    CHECK(path_of(folder.path(), "a", true) == folder.file("a"));
}

TEST_CASE("a link at the final path counts as existing, even when it leads nowhere",
          "[storage][hostile]") {
    const TempFolder folder;
    std::filesystem::create_symlink("nowhere", folder.file("a"));
    CHECK(error_of(folder.path(), "a") == ErrorCode::exists);
    CHECK(path_of(folder.path(), "a", true) == folder.file("a"));
}

TEST_CASE("a folder at the final path is refused even with overwrite", "[storage]") {
    const TempFolder folder;
    std::filesystem::create_directory(folder.file("a"));
    CHECK(error_of(folder.path(), "a", true) == ErrorCode::exists);
}

TEST_CASE("devices and pipes are never replaced by a file", "[storage]") {
    const TempFolder folder;
    REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    CHECK(error_of(folder.file("pipe"), "a", true) == ErrorCode::unsupported);
    CHECK(error_of("/dev/null", "a", true) == ErrorCode::unsupported);
    std::filesystem::create_symlink("/dev/null", folder.file("by-id"));
    std::filesystem::create_symlink("by-id", folder.file("by-name"));
    for (const bool overwrite : {false, true}) {
        CHECK(error_of(folder.file("by-name"), "a", overwrite) == ErrorCode::unsupported);
        CHECK(error_of(folder.path(), "by-id", overwrite) == ErrorCode::unsupported);
    }
    const auto refused =
        resolve_output(storage::real_file_system(), folder.file("by-id"), "", true);
    CHECK_THAT(refused.error().message, Catch::Contains("is a character device") &&
                                            Catch::Contains("--output - > " + folder.path()));
}

TEST_CASE("no file is created in /dev, where a device has another name", "[storage]") {
    const TempFolder folder;
    std::filesystem::create_symlink("/dev", folder.file("link"));
    for (const std::string output :
         {"/dev/sdx-is-not-here", "/dev", "/dev/", "/dev/../dev/nothing"})
        CHECK(error_of(output, "a", true) == ErrorCode::not_found);
    CHECK(error_of(folder.file("link/nothing"), "a") == ErrorCode::not_found);
    const auto refused = resolve_output(storage::real_file_system(), "/dev/nothing", "a", false);
    CHECK(refused.error().message ==
          "there is no device /dev/nothing, and no file is created in /dev");
    if (std::filesystem::is_directory("/dev/shm")) CHECK(path_of("/dev/shm", "a") == "/dev/shm/a");
}

TEST_CASE("a path that means a descriptor is one", "[storage]") {
    const TempFolder folder;
    const auto descriptor = [](const std::string& path) {
        return storage::named_descriptor(storage::real_file_system(), path);
    };
    CHECK(descriptor("-") == 1);
    CHECK(descriptor("/dev/stdout") == 1);
    CHECK(descriptor("/dev/stderr") == 2);
    CHECK(descriptor("/dev/fd/63") == 63);
    CHECK(descriptor("/proc/self/fd/3") == 3);
    std::filesystem::create_symlink("/dev/stdout", folder.file("link"));
    std::filesystem::create_symlink("link", folder.file("second"));
    CHECK(descriptor(folder.file("second")) == 1);
    std::filesystem::create_symlink("self", folder.file("self"));
    for (const std::string path : {"", ".", "/dev/null", "/dev/fd/", "/dev/fd/x", "/dev/fd/1x",
                                   "/dev/fd/-1", "/dev/fd/99999999999", "a"})
        CHECK_FALSE(descriptor(path).has_value());
    CHECK_FALSE(descriptor(folder.file("self")).has_value());
}

TEST_CASE("a path that cannot be looked at is an error, not a missing file", "[storage]") {
    const TempFolder folder;
    for (const int nth : {1, 2}) {
        FaultyFileSystem files;
        files.fail_at(FaultyFileSystem::Call::kind, nth, EACCES);
        const auto result = resolve_output(files, folder.path(), "a", false);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code == ErrorCode::permission);
    }
}

TEST_CASE("an output means a place by itself or by its folder, by whatever way", "[storage]") {
    const TempFolder folder;
    std::filesystem::create_directory(folder.file("real"));
    std::filesystem::create_directory(folder.file("other"));
    std::filesystem::create_symlink("real", folder.file("link"));
    const auto means = [](const std::string& output, const std::string& place) {
        return storage::means_place(storage::real_file_system(), output, place);
    };
    const std::string place = storage::absolute_place(folder.file("link/a"));
    CHECK(place == std::filesystem::canonical(folder.path()).string() + "/real/a");
    CHECK(means(folder.file("real"), place));
    CHECK(means(folder.file("link/"), place));
    CHECK(means(folder.file("link/a"), place));
    CHECK_FALSE(means(folder.file("link/b"), place));
    CHECK_FALSE(means(folder.file("other"), place));
    CHECK_FALSE(means(folder.path(), place));
    CHECK_FALSE(means("-", place));
    CHECK_FALSE(means(folder.file("no/a"), storage::absolute_place(folder.file("no/a"))));
}

TEST_CASE("a relative output is told as what it is from any folder", "[storage]") {
    const TempFolder folder;
    const auto here = std::filesystem::canonical(folder.path()).string();
    std::filesystem::create_directories(folder.file("a/b"));
    std::filesystem::create_symlink("a/b", folder.file("link"));
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.file("a"));
    CHECK(storage::whole_output(".") == here + "/a/");
    CHECK(storage::whole_output("./") == here + "/a/");
    CHECK(storage::whole_output("..") == here + "/");
    CHECK(storage::whole_output("file") == here + "/a/file");
    CHECK(storage::whole_output(".//b/") == here + "/a/b/");
    CHECK(storage::whole_output("../.part") == here + "/.part");
    CHECK(storage::whole_output("../link/../file") == here + "/link/../file");
    for (const char* same : {"", "-", "/srv", "/dev/stdout"})
        CHECK(storage::whole_output(same) == same);
    std::filesystem::rename(folder.file("a"), folder.file("c"));
    CHECK(storage::whole_output("b") == here + "/c/b");
    std::filesystem::remove_all(folder.file("c"));
    CHECK(storage::whole_output("file") == "file");
    std::filesystem::current_path(before);
}
