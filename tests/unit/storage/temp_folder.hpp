// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "base/rng.hpp"

namespace mcast::test {

/// A folder of its own for one test, gone with it.
class TempFolder {
  public:
    TempFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mcast-XXXXXX").string();
        MCAST_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

    /// Names of all entries, sorted.
    [[nodiscard]] std::vector<std::string> entries() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(path_))
            names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }

  private:
    std::string path_;
};

using Content = std::vector<std::uint8_t>;

inline Content random_content(std::size_t size, std::uint64_t seed) {
    Rng rng(seed);
    Content content(size);
    std::ranges::generate(content, [&] { return static_cast<std::uint8_t>(rng.next() >> 56); });
    return content;
}

inline void put_file(const std::string& path, const Content& content) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(content.data()),
              static_cast<std::streamsize>(content.size()));
    MCAST_ASSERT(out.flush().good());
}

inline Content file_content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    MCAST_ASSERT(in.good());
    return Content(std::istreambuf_iterator<char>(in), {});
}

}  // namespace mcast::test
