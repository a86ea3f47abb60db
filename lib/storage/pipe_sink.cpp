// SPDX-License-Identifier: MIT
#include "storage/pipe_sink.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <new>
#include <utility>

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

/// Keeps SIGPIPE from our own writes away. Its disposition belongs to the program, so it stays.
class SigpipeBlock {
  public:
    SigpipeBlock() {
        ::sigemptyset(&only_);
        ::sigaddset(&only_, SIGPIPE);
        sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &only_, &before_);
    }
    SigpipeBlock(const SigpipeBlock&) = delete;
    SigpipeBlock& operator=(const SigpipeBlock&) = delete;
    ~SigpipeBlock() {
        const timespec now{};
        if (!was_pending_)
            while (::sigtimedwait(&only_, nullptr, &now) < 0 && errno == EINTR) continue;
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

  private:
    sigset_t only_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

std::unexpected<Error> no_memory(const std::string& name, ByteCount bytes) {
    return fail(ErrorCode::unsupported,
                fmt::format("no memory for the {} bytes that have to be held back in order to "
                            "write to {}",
                            bytes, name));
}

std::string name_of(int fd) {
    return fd == STDOUT_FILENO ? "standard output" : fmt::format("descriptor {}", fd);
}

}  // namespace

Result<void> PipeSink::check(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) return fail_errno("cannot write to " + name_of(fd));
    if ((flags & O_ACCMODE) == O_RDONLY)
        return fail(ErrorCode::io, name_of(fd) + " is not open for writing", EBADF);
    return {};
}

Result<std::unique_ptr<PipeSink>> PipeSink::create(int fd, ByteCount size, ByteCount window) {
    if (auto writable = check(fd); !writable) return std::unexpected(writable.error());
    const int flags = ::fcntl(fd, F_GETFL);
    struct stat status{};
    if (::fstat(fd, &status) != 0) return fail_errno("cannot write to " + name_of(fd));
    window = std::min(size, window);
    if (window > kLargestWindow) return no_memory(name_of(fd), window);
    const int wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) return fail_errno("cannot make an event descriptor");
    std::unique_ptr<PipeSink> sink(new PipeSink(fd, wake_fd, size, window));
    sink->adopt(status.st_mode, flags);
    return sink;
}

PipeSink::PipeSink(int fd, int wake_fd, ByteCount size, ByteCount window)
    : name_(name_of(fd)),
      path_(fd == STDOUT_FILENO ? "-" : fmt::format("/dev/fd/{}", fd)),
      fd_(fd),
      wake_(wake_fd),
      size_(size),
      window_(window),
      held_(window / kPieceSize + 2) {}

// A write must not wait where interrupt() cannot end it. The caller's pipe or terminal must not
// become non-blocking, since others share it. So it is opened again, as a description of our own.
void PipeSink::adopt(unsigned mode, int flags) {
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

ByteCount PipeSink::window_end(ByteCount begin) const {
    return begin + std::min(window_, size_ - begin);
}

Result<void> PipeSink::check_range(ByteCount offset, ByteCount length) const {
    const ByteCount begin = released_.load();
    const ByteCount end = window_end(begin);
    if (offset >= begin && offset <= end && length <= end - offset) return {};
    return fail(ErrorCode::internal, fmt::format("{} bytes at {} are outside the window {} to {}",
                                                 length, offset, begin, end));
}

Result<void> PipeSink::end_at(ByteCount size) {
    size_ = size;
    return {};
}

Result<void> PipeSink::write(ByteCount offset, std::span<const iovec> run) {
    ByteCount length = 0;
    for (const iovec& piece : run) length += piece.iov_len;
    if (auto range = check_range(offset, length); !range) return range;
    for (const iovec& piece : run) {
        const auto* from = static_cast<const std::uint8_t*>(piece.iov_base);
        for (std::size_t left = piece.iov_len; left > 0;) {
            const auto room = room_at(offset);
            if (!room) return std::unexpected(room.error());
            const auto part = std::min<ByteCount>(left, kPieceSize - offset % kPieceSize);
            std::memcpy(*room, from, part);
            from += part;
            offset += part;
            left -= part;
        }
    }
    return {};
}

/// The memory for the content at `offset`, up to the end of its piece.
Result<std::uint8_t*> PipeSink::room_at(ByteCount offset) {
    Piece& piece = piece_at(offset);
    if (piece == nullptr) piece = take_free();
    if (piece == nullptr) piece.reset(new (std::nothrow) std::uint8_t[kPieceSize]);
    if (piece == nullptr) return no_memory(name_, window_);
    return piece.get() + offset % kPieceSize;
}

PipeSink::Piece PipeSink::take_free() {
    const std::scoped_lock lock(free_mutex_);
    if (free_.empty()) return nullptr;
    Piece piece = std::move(free_.back());
    free_.pop_back();
    return piece;
}

void PipeSink::give_back(Piece piece) {
    const std::scoped_lock lock(free_mutex_);
    free_.push_back(std::move(piece));
}

Result<void> PipeSink::read(ByteCount offset, MutableBytes out) {
    if (auto range = check_range(offset, out.size()); !range) return range;
    while (!out.empty()) {
        const ByteCount at = offset % kPieceSize;
        const auto part = std::min<ByteCount>(out.size(), kPieceSize - at);
        if (const Piece& piece = piece_at(offset); piece != nullptr)
            std::memcpy(out.data(), piece.get() + at, part);
        else
            std::memset(out.data(), 0, part);
        offset += part;
        out = out.subspan(part);
    }
    return {};
}

Bytes PipeSink::view(ByteCount offset) const {
    const ByteCount begin = released_.load();
    const ByteCount end = window_end(begin);
    if (offset < begin || offset >= end) return {};
    const Piece& piece = held_[index_of(offset)];
    if (piece == nullptr) return {};
    const ByteCount at = offset % kPieceSize;
    return {piece.get() + at, std::min(end - offset, kPieceSize - at)};
}

Result<void> PipeSink::release(ByteCount up_to) {
    ByteCount begin = released_.load();
    if (up_to <= begin) return {};
    if (auto range = check_range(begin, up_to - begin); !range) return range;
    const SigpipeBlock block;
    while (begin < up_to) {
        const ByteCount at = begin % kPieceSize;
        const auto room = room_at(begin);
        if (!room) return std::unexpected(room.error());
        const auto written = write_some(Bytes(*room, std::min(up_to - begin, kPieceSize - at)));
        if (!written) return std::unexpected(written.error());
        begin += *written;
        if (at + *written == kPieceSize) give_back(std::move(piece_at(begin - 1)));
        released_.store(begin);
    }
    return {};
}

/// Writes at least one byte.
Result<std::size_t> PipeSink::write_some(Bytes content) {
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

Result<void> PipeSink::wait_writable() {
    std::array<pollfd, 2> waits{pollfd{fd_, POLLOUT, 0}, pollfd{wake_.get(), POLLIN, 0}};
    while (::poll(waits.data(), waits.size(), -1) < 0)
        if (errno != EINTR) return fail_errno("cannot wait for " + name_);
    return {};
}

Result<std::string> PipeSink::finish() {
    if (released_ != size_)
        return fail(ErrorCode::internal,
                    fmt::format("{} of {} bytes are written out", released_.load(), size_.load()));
    if (auto synced = bring_to_disk(); !synced) return std::unexpected(synced.error());
    return path_;
}

// All written content lies before the descriptor's position. False: errno says why.
bool PipeSink::sync_in_steps() {
    const off_t end = kind_ == Kind::file ? ::lseek(fd_, 0, SEEK_CUR) : -1;
    bool done = true;
    if (end < static_cast<off_t>(size_)) return done;
    sync_.run(size_, [&](ByteCount offset, ByteCount length) {
        done = ::sync_file_range(fd_, end - static_cast<off_t>(size_ - offset),
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
Result<void> PipeSink::bring_to_disk() {
    const auto lacking = [](int error) {
        return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EROFS;
    };
    const bool stepped = sync_in_steps() || lacking(errno);
    if (!stepped || (::fsync(fd_) != 0 && !lacking(errno)))
        return fail_errno("cannot bring what was written to " + name_ + " to the disk");
    const int second = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    if (second >= 0 && ::close(second) != 0 && errno != EINTR)
        return fail_errno("cannot bring what was written to " + name_ + " to its place");
    return {};
}

void PipeSink::interrupt() {
    interrupted_.store(true);
    // It cannot fail: the counter of an eventfd has room for 2^64 - 2 of these.
    [[maybe_unused]] const int done = ::eventfd_write(wake_.get(), 1);
}

}  // namespace mcast::storage
