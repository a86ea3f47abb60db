// SPDX-License-Identifier: MIT
#include "storage/descriptor_outlet.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mcast::storage {
namespace {

constexpr int kPipeBuffer = 1 << 20;  // every user may ask for this; the reader is woken less often

std::string name_of(int fd) {
    return fd == STDOUT_FILENO ? "standard output" : fmt::format("descriptor {}", fd);
}

}  // namespace

Result<void> DescriptorOutlet::check(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) return fail_errno("cannot write to " + name_of(fd));
    if ((flags & O_ACCMODE) == O_RDONLY)
        return fail(ErrorCode::io, name_of(fd) + " is not open for writing", EBADF);
    return {};
}

Result<std::unique_ptr<DescriptorOutlet>> DescriptorOutlet::create(int fd, const std::string& name,
                                                                   Patience patience) {
    if (auto writable = check(fd); !writable) return std::unexpected(writable.error());
    const int flags = ::fcntl(fd, F_GETFL);
    struct stat status{};
    if (::fstat(fd, &status) != 0) return fail_errno("cannot write to " + name_of(fd));
    const int wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) return fail_errno("cannot make an event descriptor");
    std::unique_ptr<DescriptorOutlet> outlet(new DescriptorOutlet(fd, wake_fd, name, patience));
    outlet->adopt(status.st_mode, flags);
    return outlet;
}

DescriptorOutlet::DescriptorOutlet(int fd, int wake_fd, const std::string& name, Patience patience)
    : name_(name.empty() ? name_of(fd) : name),
      path_(fd == STDOUT_FILENO ? "-" : fmt::format("/dev/fd/{}", fd)),
      patience_(std::min(patience, Patience(INT_MAX))),
      fd_(fd),
      wake_(wake_fd) {}

// A write must not wait where interrupt() cannot end it. The caller's pipe or terminal must not
// become non-blocking, since others share it. So it is opened again, as a description of our own.
void DescriptorOutlet::adopt(unsigned mode, int flags) {
    if (S_ISREG(mode) || S_ISBLK(mode)) {
        kind_ = Kind::file;
    } else if (S_ISSOCK(mode)) {
        kind_ = Kind::socket;
    } else if (S_ISFIFO(mode) || S_ISCHR(mode)) {
        const std::string path = fmt::format("/proc/self/fd/{}", fd_);
        own_ = UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
        if (own_.valid()) fd_ = own_.get();
        if (own_.valid() || (flags & O_NONBLOCK) != 0) kind_ = Kind::non_blocking;
        if (S_ISCHR(mode)) return;
        // A larger pipe is faster. It is refused if the user's share of pipe memory is used up.
        if (::fcntl(fd_, F_GETPIPE_SZ) < kPipeBuffer) ::fcntl(fd_, F_SETPIPE_SZ, kPipeBuffer);
    } else if ((flags & O_NONBLOCK) != 0) {
        kind_ = Kind::non_blocking;
    }
}

Result<std::size_t> DescriptorOutlet::write_some(Bytes content) {
    // A descriptor that blocks is written to only when it has room, and so little that it fits.
    if (kind_ == Kind::blocking) {
        content = content.first(std::min<std::size_t>(content.size(), PIPE_BUF));
        if (auto ready = wait_writable(); !ready) return std::unexpected(ready.error());
    }
    while (true) {
        if (interrupted_.load())
            return fail(ErrorCode::cancelled, "writing to " + name_ + " was interrupted");
        const ssize_t count = kind_ == Kind::socket ? ::send(fd_, content.data(), content.size(),
                                                             MSG_DONTWAIT | MSG_NOSIGNAL)
                                                    : ::write(fd_, content.data(), content.size());
        if (count > 0) return static_cast<std::size_t>(count);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EPIPE)
            return fail(ErrorCode::io, "the reader of " + name_ + " has gone", EPIPE);
        if (count < 0 && errno != EAGAIN) return fail_errno("cannot write to " + name_);
        if (auto ready = wait_writable(); !ready) return std::unexpected(ready.error());
    }
}

Result<void> DescriptorOutlet::wait_writable() {
    std::array<pollfd, 2> waits{pollfd{fd_, POLLOUT, 0}, pollfd{wake_.get(), POLLIN, 0}};
    int ready = 0;
    while ((ready = ::poll(waits.data(), waits.size(), static_cast<int>(patience_.count()))) < 0)
        if (errno != EINTR) return fail_errno("cannot wait for " + name_);
    if (ready == 0) return fail(ErrorCode::timed_out, name_ + " stands still: it does not read");
    return {};
}

Result<std::string> DescriptorOutlet::finish(ByteCount size) {
    if (auto synced = bring_to_disk(size); !synced) return std::unexpected(synced.error());
    return path_;
}

// All written content lies before the descriptor's position. False: errno says why.
bool DescriptorOutlet::sync_in_steps(ByteCount size) {
    const off_t end = kind_ == Kind::file ? ::lseek(fd_, 0, SEEK_CUR) : -1;
    bool done = true;
    if (end < static_cast<off_t>(size)) return done;
    sync_.run(size, [&](ByteCount offset, ByteCount length) {
        done = ::sync_file_range(fd_, end - static_cast<off_t>(size - offset),
                                 static_cast<off_t>(length),
                                 SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                     SYNC_FILE_RANGE_WAIT_AFTER) == 0;
        return done;
    });
    return done;
}

// The descriptor may be a file or a disk behind the shell's redirection. Its late errors count as
// well, and some file systems report them only when a descriptor is closed. A descriptor that
// cannot be synced has nothing to sync.
Result<void> DescriptorOutlet::bring_to_disk(ByteCount size) {
    const auto lacking = [](int error) {
        return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EROFS;
    };
    const bool stepped = sync_in_steps(size) || lacking(errno);
    if (!stepped || (::fsync(fd_) != 0 && !lacking(errno)))
        return fail_errno("cannot bring what was written to " + name_ + " to the disk");
    const int second = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    if (second >= 0 && ::close(second) != 0 && errno != EINTR)
        return fail_errno("cannot bring what was written to " + name_ + " to its place");
    return {};
}

void DescriptorOutlet::interrupt() {
    interrupted_.store(true);
    // It cannot fail: the counter of an eventfd has room for 2^64 - 2 of these.
    [[maybe_unused]] const int done = ::eventfd_write(wake_.get(), 1);
}

}  // namespace mcast::storage
