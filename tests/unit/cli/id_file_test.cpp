// SPDX-License-Identifier: MIT
#include "cli/id_file.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;

namespace {

namespace fs = std::filesystem;

class Folder {
  public:
    Folder() {
        std::string name = fs::temp_directory_path() / "mcast-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string file() const { return path_ / "id"; }
    [[nodiscard]] std::string text() const {
        std::ifstream in(file());
        std::ostringstream all;
        all << in.rdbuf();
        return all.str();
    }
    void write(const std::string& text) const { std::ofstream(file()) << text; }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

  private:
    fs::path path_;
};

}  // namespace

TEST_CASE("the id is in its file as soon as it is published, and stays", "[cli]") {
    const Folder folder;
    {
        auto file = IdFile::prepare(folder.file());
        REQUIRE(file);
        CHECK_FALSE(fs::exists(folder.file()));
        CHECK(file->publish("5f0c2a91"));
    }
    CHECK(folder.text() == "5f0c2a91\n");
    CHECK(folder.entries() == 1);
}

TEST_CASE("an old id is gone before a new session is started", "[cli]") {
    for (const auto* old : {"5f0c2a91\n", ""}) {
        const Folder folder;
        folder.write(old);
        {
            const auto file = IdFile::prepare(folder.file());
            REQUIRE(file);
            CHECK_FALSE(fs::exists(folder.file()));
        }
        CHECK(folder.entries() == 0);
    }
}

TEST_CASE("a file that holds something else than an id is left alone", "[cli]") {
    for (const auto* content :
         {"#!/bin/sh\n", "5f0c2a91", "5F0C2A91\n", "5f0c2a91\n\n", "notes\n"}) {
        const Folder folder;
        folder.write(content);
        CHECK(IdFile::prepare(folder.file()).error().code == ErrorCode::exists);
        CHECK(folder.text() == content);
    }
}

TEST_CASE("what is no regular file is left alone", "[cli]") {
    const Folder folder;
    SECTION("a folder") {
        fs::create_directory(folder.file());
    }
    SECTION("a device") {
        fs::create_symlink("/dev/null", folder.file());
    }
    CHECK(IdFile::prepare(folder.file()).error().code == ErrorCode::exists);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a place that cannot be written is an error before anything is started", "[cli]") {
    const Folder folder;
    const auto file = IdFile::prepare(folder.file() + "/in/nowhere");
    REQUIRE_FALSE(file);
    CHECK(file.error().message.find(folder.file()) != std::string::npos);
}

TEST_CASE("without a path there is no file", "[cli]") {
    CHECK_FALSE(IdFile::prepare("").value().wanted());
}
