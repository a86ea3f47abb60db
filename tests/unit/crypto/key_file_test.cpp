// SPDX-License-Identifier: MIT
#include "crypto/key_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/stat.h>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::crypto;
using mcast::ErrorCode;

namespace {

/// A folder of the test's own.
struct Folder {
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "mcast-key-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file(const std::string& text, mode_t mode = 0600) const {
        const std::string name = path / "key";
        std::ofstream(name) << text;
        REQUIRE(::chmod(name.c_str(), mode) == 0);
        return name;
    }
    std::filesystem::path path;
};

const std::string kText = "mcast-key-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

ErrorCode code_of(const mcast::Result<Secret>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("a key reads as it was written, and no two are alike", "[crypto][key]") {
    const auto one = Secret::draw().value();
    CHECK(Secret::parse(one.text())->text() == one.text());
    CHECK(Secret::draw()->text() != one.text());
    CHECK(Secret::parse(kText)->text() == kText);
    CHECK(Secret::parse(kText + "\n"));
    CHECK(Secret::parse(kText + "\r\n"));
}

TEST_CASE("a text that differs from a key in anything is none", "[crypto][key]") {
    CHECK_FALSE(Secret::parse(""));
    CHECK_FALSE(Secret::parse("mcast-key-2" + kText.substr(11)));
    CHECK_FALSE(Secret::parse(kText.substr(0, kText.size() - 1)));
    CHECK_FALSE(Secret::parse(kText + "="));
    CHECK_FALSE(Secret::parse(kText + "\n\n"));
    // 33 bytes; a character outside base64; bits that no byte has.
    CHECK_FALSE(Secret::parse(kText.substr(0, kText.size() - 1) + "A"));
    CHECK_FALSE(Secret::parse(kText.substr(0, kText.size() - 2) + "*="));
    CHECK_FALSE(Secret::parse(kText.substr(0, kText.size() - 2) + "9="));
}

TEST_CASE("a new key file is its owner's alone, and replaces none", "[crypto][key]") {
    const Folder folder;
    const std::string path = folder.path / "new";
    REQUIRE(make_key_file(path));
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto secret = read_key_file(path);
    REQUIRE(secret);
    const auto again = make_key_file(path);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::exists);
    CHECK(read_key_file(path)->text() == secret->text());
}

TEST_CASE("a key that others may use is refused", "[crypto][key]") {
    const Folder folder;
    for (const mode_t mode : {0640U, 0620U, 0604U, 0602U, 0666U})
        CHECK(code_of(read_key_file(folder.file(kText, mode))) == ErrorCode::permission);
    CHECK(read_key_file(folder.file(kText, 0400)));
}

TEST_CASE("systemd's credentials may be read by the group", "[crypto][key]") {
    const Folder folder;
    ::setenv("CREDENTIALS_DIRECTORY", folder.path.c_str(), 1);
    CHECK(read_key_file(folder.file(kText, 0440)));
    CHECK(code_of(read_key_file(folder.file(kText, 0444))) == ErrorCode::permission);
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(code_of(read_key_file(folder.file(kText, 0440))) == ErrorCode::permission);
}

TEST_CASE("a file without a key is named", "[crypto][key]") {
    const Folder folder;
    CHECK(code_of(read_key_file(folder.path / "none")) == ErrorCode::not_found);
    CHECK(code_of(read_key_file(folder.path)) == ErrorCode::auth);
    CHECK(code_of(read_key_file("/dev/zero")) == ErrorCode::auth);
    CHECK(code_of(read_key_file(folder.file(""))) == ErrorCode::auth);
    CHECK(code_of(read_key_file(folder.file(std::string(100000, 'x')))) == ErrorCode::auth);
}
