// SPDX-License-Identifier: MIT
#include "faulty_file_system.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>

namespace mcast::test {

using storage::SystemResult;

int FaultyFileSystem::count(Call call) const {
    return static_cast<int>(std::ranges::count(calls_, call));
}

std::optional<int> FaultyFileSystem::fault(Call call) {
    calls_.push_back(call);
    if (const auto action = before_.find(call); action != before_.end()) action->second();
    if (const auto lacking = lacking_.find(call); lacking != lacking_.end()) return lacking->second;
    const auto found = faults_.find(call);
    if (found == faults_.end() || found->second.nth != count(call)) return {};
    return found->second.error;
}

SystemResult<storage::FileSystem::Kind> FaultyFileSystem::kind_of(const std::string& path) {
    if (const auto error = fault(Call::kind)) return std::unexpected(*error);
    return real_.kind_of(path);
}

SystemResult<storage::FileSystem::Kind> FaultyFileSystem::kind_of_target(const std::string& path) {
    if (const auto error = fault(Call::kind)) return std::unexpected(*error);
    return real_.kind_of_target(path);
}

SystemResult<storage::FileSystem::FileId> FaultyFileSystem::identify(int fd) {
    if (const auto error = fault(Call::identify)) return std::unexpected(*error);
    return real_.identify(fd);
}

SystemResult<storage::FileSystem::FileId> FaultyFileSystem::identify(const std::string& path) {
    if (const auto error = fault(Call::identify)) return std::unexpected(*error);
    return real_.identify(path);
}

SystemResult<int> FaultyFileSystem::create(const std::string& path) {
    if (const auto error = fault(Call::create)) return std::unexpected(*error);
    return real_.create(path);
}

SystemResult<int> FaultyFileSystem::create_unnamed(const std::string& folder) {
    if (const auto error = fault(Call::create_unnamed)) return std::unexpected(*error);
    return real_.create_unnamed(folder);
}

SystemResult<int> FaultyFileSystem::open_device(const std::string& path) {
    if (const auto error = fault(Call::open_device)) return std::unexpected(*error);
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) return std::unexpected(errno);
    return fd;
}

SystemResult<ByteCount> FaultyFileSystem::device_size(int fd) {
    if (const auto error = fault(Call::device_size)) return std::unexpected(*error);
    return real_.identify(fd)->size;
}

SystemResult<void> FaultyFileSystem::reread_partitions(int /*fd*/) {
    if (const auto error = fault(Call::reread_partitions)) return std::unexpected(*error);
    return {};
}

void FaultyFileSystem::close(int fd) {
    real_.close(fd);
}

SystemResult<std::size_t> FaultyFileSystem::write_at(int fd, std::span<const iovec> run,
                                                     ByteCount offset) {
    if (const auto error = fault(Call::write)) return std::unexpected(*error);
    if (!write_limit_) return real_.write_at(fd, run, offset);
    std::vector<iovec> cut;
    std::size_t room = *write_limit_;
    for (const iovec& piece : run) {
        cut.push_back({piece.iov_base, std::min(piece.iov_len, room)});
        room -= cut.back().iov_len;
        if (room == 0) break;
    }
    return real_.write_at(fd, cut, offset);
}

SystemResult<std::size_t> FaultyFileSystem::read_at(int fd, MutableBytes out, ByteCount offset) {
    if (const auto error = fault(Call::read)) return std::unexpected(*error);
    if (read_limit_) out = out.first(std::min(out.size(), *read_limit_));
    return real_.read_at(fd, out, offset);
}

SystemResult<void> FaultyFileSystem::resize(int fd, ByteCount size) {
    if (const auto error = fault(Call::resize)) return std::unexpected(*error);
    return real_.resize(fd, size);
}

SystemResult<void> FaultyFileSystem::make_zero(int fd, ByteCount offset, ByteCount length) {
    if (const auto error = fault(Call::make_zero)) return std::unexpected(*error);
    return real_.make_zero(fd, offset, length);
}

void FaultyFileSystem::start_writeback(int fd, ByteCount offset, ByteCount length) {
    real_.start_writeback(fd, offset, length);
}

SystemResult<void> FaultyFileSystem::sync(int fd) {
    if (const auto error = fault(Call::sync)) return std::unexpected(*error);
    return real_.sync(fd);
}

SystemResult<void> FaultyFileSystem::await_writeback(int fd, ByteCount offset, ByteCount length) {
    if (const auto error = fault(Call::await_writeback)) return std::unexpected(*error);
    return real_.await_writeback(fd, offset, length);
}

SystemResult<void> FaultyFileSystem::sync_folder(const std::string& path) {
    if (const auto error = fault(Call::sync_folder)) return std::unexpected(*error);
    return real_.sync_folder(path);
}

SystemResult<void> FaultyFileSystem::rename(const std::string& from, const std::string& to) {
    if (const auto error = fault(Call::rename)) return std::unexpected(*error);
    return real_.rename(from, to);
}

SystemResult<void> FaultyFileSystem::rename_new(const std::string& from, const std::string& to) {
    if (const auto error = fault(Call::rename_new)) return std::unexpected(*error);
    return real_.rename_new(from, to);
}

SystemResult<void> FaultyFileSystem::link(const std::string& from, const std::string& to) {
    if (const auto error = fault(Call::link)) return std::unexpected(*error);
    return real_.link(from, to);
}

SystemResult<void> FaultyFileSystem::remove(const std::string& path) {
    if (const auto error = fault(Call::remove)) return std::unexpected(*error);
    return real_.remove(path);
}

SystemResult<std::optional<ByteCount>> FaultyFileSystem::free_space(const std::string& path) {
    if (const auto error = fault(Call::free_space)) return std::unexpected(*error);
    if (free_) return *free_;
    return real_.free_space(path);
}

}  // namespace mcast::test
