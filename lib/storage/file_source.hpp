// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <sys/stat.h>

#include "os/unique_fd.hpp"
#include "storage/mapped_source.hpp"

namespace mcast::storage {

/// A regular file. The file that was opened is sent, whatever happens to its name.
class FileSource final : public MappedSource {
  public:
    /// Errors: not_found, permission, io; unsupported if it is no regular file.
    [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const std::string& path);

    [[nodiscard]] ByteCount stored() const override {
        return static_cast<ByteCount>(opened_.st_blocks) * 512;
    }
    [[nodiscard]] ByteCount zeros_end(ByteCount offset) const override;
    [[nodiscard]] Result<Stamp> check() override;
    [[nodiscard]] Error changed() const override;

  private:
    FileSource(std::string path, UniqueFd fd, const struct stat& status,
               std::unique_ptr<MappedContent> content)
        : MappedSource(std::move(content)),
          path_(std::move(path)),
          fd_(std::move(fd)),
          opened_(status) {}

    std::string path_;
    UniqueFd fd_;
    struct stat opened_;  ///< the file as it was when it was opened
};

}  // namespace mcast::storage
