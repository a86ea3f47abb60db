// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/content_map.hpp"
#include "storage/disk_file.hpp"
#include "storage/file_system.hpp"
#include "storage/sink.hpp"

namespace mcast::storage {

/// The place of a file, and how to put it there.
struct FileTarget {
    std::string output;   ///< as the user gave it: an existing folder, or the file itself
    std::string offered;  ///< the name from the network; used when output is a folder
    ByteCount size = 0;
    bool open_end = false;  ///< the size is only a limit until end_at() tells it
    bool overwrite = false;
    /// The bytes that the file will occupy at least, if known. If more than is free, creating it
    /// fails with no_space at once. The size does not tell it, as runs of zeros are not written.
    std::optional<ByteCount> expected_bytes = {};
    /// The 8 hex digits in the name of the .part file; random ones if empty, or if it is taken.
    std::string id = {};
};

/// Writes a file under the name `<name>.<id>.part` in its final folder, sparse where the content is
/// zero, and renames it when it is complete. read() may run beside write() on another thread.
class FileSink final : public Sink {
  public:
    /// Errors: not_found (folder), permission, exists, no_space, unsupported (the output is a
    /// device or the like), protocol (unsafe name), io. A symbolic link at the final path is never
    /// followed: it counts as existing, and --overwrite replaces the link itself.
    [[nodiscard]] static Result<std::unique_ptr<FileSink>> create(FileSystem& files,
                                                                  const FileTarget& target);
    ~FileSink() override;

    [[nodiscard]] Result<void> write(ByteCount offset, std::span<const iovec> run) override;
    [[nodiscard]] Result<void> write_zeros(ByteCount begin, ByteCount end) override;
    [[nodiscard]] Result<void> read(ByteCount offset, MutableBytes out) override;
    [[nodiscard]] Result<void> end_at(ByteCount size) override;
    [[nodiscard]] std::optional<ByteCount> window() const override { return {}; }
    [[nodiscard]] Result<void> release(ByteCount up_to) override;
    /// Errors: `exists` if somebody else has put a file there meanwhile; `io` if the file under the
    /// .part name is not the one that was written.
    [[nodiscard]] Result<std::string> finish() override;
    std::optional<std::string> abandon() override;
    std::optional<std::string> take_back() override;
    [[nodiscard]] ByteCount left_to_sync() const override { return file_.left_to_sync(); }

    [[nodiscard]] const std::string& final_path() const { return final_path_; }
    [[nodiscard]] const std::string& part_path() const { return part_path_; }

  private:
    FileSink(FileSystem& files, const FileTarget& target, std::string folder, std::string name);
    [[nodiscard]] Result<void> check_space() const;
    [[nodiscard]] Result<void> create_part(std::string id);
    [[nodiscard]] Result<void> set_length();
    [[nodiscard]] Result<void> check_part() const;
    [[nodiscard]] bool is_ours(const std::string& path) const;
    [[nodiscard]] Result<void> sync_name();

    FileSystem& files_;
    std::string folder_;
    std::string name_;
    std::string final_path_;
    std::string part_path_;
    std::string put_from_;  ///< its .part name before it was finished
    ByteCount size_;
    bool open_end_;
    ByteCount length_ = 0;  ///< of the file while its end is open
    bool overwrite_;
    std::optional<ByteCount> expected_bytes_;
    DiskFile file_;
    bool received_ = false;  ///< some content came
    ContentMap map_;
    // Scratch of write().
    std::vector<ContentMap::Stretch> stretches_;
    std::vector<iovec> pieces_;
};

}  // namespace mcast::storage
