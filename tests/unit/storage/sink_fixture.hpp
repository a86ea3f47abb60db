// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "faulty_file_system.hpp"
#include "runs.hpp"
#include "storage/file_sink.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

namespace mcast::test {

/// A folder for the file "a", on a file system that can be made to fail.
struct SinkFixture {
    TempFolder folder;
    FaultyFileSystem files;

    [[nodiscard]] storage::FileTarget target(ByteCount size) const {
        return {.output = folder.path(), .offered = "a", .size = size};
    }
    [[nodiscard]] std::unique_ptr<storage::FileSink> sink(const storage::FileTarget& target) {
        auto result = storage::FileSink::create(files, target);
        REQUIRE(result.has_value());
        return std::move(*result);
    }
    [[nodiscard]] std::unique_ptr<storage::FileSink> sink(ByteCount size) {
        return sink(target(size));
    }
    [[nodiscard]] Error create_error(const storage::FileTarget& target) {
        const auto result = storage::FileSink::create(files, target);
        REQUIRE_FALSE(result.has_value());
        return result.error();
    }
    [[nodiscard]] std::string a() const { return folder.file("a"); }
};

inline Result<void> write(storage::FileSink& sink, ByteCount offset, Bytes content,
                          std::size_t piece = 1452) {
    return sink.write(offset, pieces_of(content, piece));
}

}  // namespace mcast::test
