// SPDX-License-Identifier: MIT
#include "storage/put_in_place.hpp"

#include <cerrno>

namespace mcast::storage {
namespace {

std::unexpected<Error> rename_error(const std::string& from, const std::string& to, int error) {
    return fail_errno("cannot rename " + from + " to " + to, error);
}

/// An empty file that holds the final name until the content takes its place.
class Placeholder {
  public:
    Placeholder(FileSystem& files, const std::string& path) : files_(files), path_(path) {}

    [[nodiscard]] SystemResult<void> put() {
        const auto fd = files_.create(path_);
        if (!fd) return std::unexpected(fd.error());
        auto id = files_.identify(*fd);
        files_.close(*fd);
        if (!id) return std::unexpected(id.error());
        id_ = *id;
        return {};
    }
    /// True if nobody has replaced it or written to it.
    [[nodiscard]] bool untouched() const {
        const auto now = files_.identify(path_);
        return now && *now == id_;
    }
    [[nodiscard]] bool take_away() const { return untouched() && files_.remove(path_); }

  private:
    FileSystem& files_;
    const std::string& path_;
    FileSystem::FileId id_;
};

Result<void> replace(FileSystem& files, const std::string& from, const std::string& to) {
    const auto renamed = files.rename(from, to);
    if (!renamed) return rename_error(from, to, renamed.error());
    return {};
}

Result<void> rename_onto_placeholder(FileSystem& files, const std::string& from,
                                     const std::string& to) {
    Placeholder placeholder(files, to);
    if (const auto put = placeholder.put(); !put) return rename_error(from, to, put.error());
    if (!placeholder.untouched()) return rename_error(from, to, EEXIST);
    const auto renamed = files.rename(from, to);
    if (renamed) return {};
    const int error = renamed.error();
    if (!placeholder.take_away())
        return fail_errno("cannot rename " + from + " to " + to + ", where an empty file is left",
                          error);
    // A file system whose rename does not even replace the placeholder needs none.
    if (error == EEXIST || is_lacking(error)) return replace(files, from, to);
    return rename_error(from, to, error);
}

}  // namespace

bool is_lacking(int error) {
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EPERM ||
           error == EACCES || error == EXDEV || error == EMLINK;
}

Result<void> put_in_place(FileSystem& files, const std::string& from, const std::string& to,
                          bool may_replace) {
    if (may_replace) return replace(files, from, to);
    const auto renamed = files.rename_new(from, to);
    if (renamed) return {};
    if (!is_lacking(renamed.error())) return rename_error(from, to, renamed.error());
    const auto linked = files.link(from, to);
    if (!linked && is_lacking(linked.error())) return rename_onto_placeholder(files, from, to);
    if (!linked) return rename_error(from, to, linked.error());
    // The content has its name. It does no harm if it keeps the other one as well.
    static_cast<void>(files.remove(from));
    return {};
}

}  // namespace mcast::storage
