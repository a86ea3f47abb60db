// SPDX-License-Identifier: MIT
#include "cli/id_file.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/files.hpp"
#include "control/runtime_directory.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kIdLine = 9;  // eight digits and the line feed

// True for a file that we wrote, or that mktemp(1) left.
bool holds_an_id(const std::string& path) {
    const auto text = control::read_file(path, kIdLine);
    return text && (text->empty() || (text->ends_with('\n') &&
                                      control::is_session_id(text->substr(0, text->size() - 1))));
}

}  // namespace

Result<IdFile> IdFile::prepare(const std::string& path) {
    IdFile file;
    if (path.empty()) return file;
    struct stat info{};
    if (::lstat(path.c_str(), &info) == 0) {
        if (!holds_an_id(path)) {
            return fail(ErrorCode::exists,
                        path + " is no file with a session's id: name another --id-file");
        }
        if (::unlink(path.c_str()) != 0) return fail_errno("cannot replace " + path);
    }
    file.path_ = path;
    file.temporary_ = path + "." + std::to_string(::getpid()) + ".tmp";
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file.descriptor_ = ::open(file.temporary_.c_str(), kFlags, 0666);
    if (file.descriptor_ >= 0) return file;
    const int error = errno;
    file.temporary_.clear();
    return fail_errno("cannot create a file beside " + path, error);
}

IdFile::IdFile(IdFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

IdFile::~IdFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> IdFile::publish(const std::string& session) {
    const auto line = session + "\n";
    errno = ENOSPC;  // for an incomplete write
    const auto written = ::write(descriptor_, line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size())) return fail_errno("cannot write " + path_);
    // A network file system may report a full disk only here.
    const int closed = ::close(std::exchange(descriptor_, -1));
    if (closed != 0) return fail_errno("cannot write " + path_);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0)
        return fail_errno("cannot create " + path_);
    temporary_.clear();
    return {};
}

}  // namespace mcast::cli
