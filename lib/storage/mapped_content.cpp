// SPDX-License-Identifier: MIT
#include "storage/mapped_content.hpp"

#include <cstring>
#include <limits>

#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace mcast::storage {

Result<std::unique_ptr<MappedContent>> MappedContent::map(const std::string& path, int fd,
                                                          ByteCount size) {
    if (size > std::numeric_limits<std::size_t>::max())
        return fail(ErrorCode::unsupported, path + " is too large for this machine to map");
    void* begin = nullptr;
    if (size > 0) begin = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (begin == MAP_FAILED) return fail_errno("cannot map " + path);
    std::unique_ptr<MappedContent> content(
        new MappedContent(static_cast<std::uint8_t*>(begin), size));
    if (size == 0) return content;
    auto guard = SigbusGuard::protect(begin, size, content->faulted_);
    if (!guard) return fail(ErrorCode::unsupported, "too many files are open for sending at once");
    content->guard_.emplace(std::move(*guard));
    return content;
}

MappedContent::~MappedContent() {
    guard_.reset();
    if (data_ != nullptr) ::munmap(data_, size_);
}

void MappedContent::read(ByteCount offset, MutableBytes out) const {
    MCAST_ASSERT(offset <= size_ && out.size() <= size_ - offset);
    if (!out.empty()) std::memcpy(out.data(), data_ + offset, out.size());
}

void MappedContent::will_need(ByteCount offset, ByteCount length) {
    const ByteCount begin = std::min(offset, size_);
    advise(begin, begin + std::min(length, size_ - begin), MADV_WILLNEED);
}

// The last page stays if only a part of it is done with. It goes with the next range.
void MappedContent::done_with(ByteCount offset, ByteCount length) {
    const auto page = static_cast<ByteCount>(::sysconf(_SC_PAGESIZE));
    const ByteCount begin = std::min(offset, size_);
    const ByteCount end = begin + std::min(length, size_ - begin);
    advise(begin, end == size_ ? end : end & ~(page - 1), MADV_DONTNEED);
}

// Hints: they affect speed and memory, not content, so errors do not matter.
void MappedContent::advise(ByteCount offset, ByteCount end, int advice) {
    const auto page = static_cast<ByteCount>(::sysconf(_SC_PAGESIZE));
    const ByteCount begin = offset & ~(page - 1);
    if (begin < end) ::madvise(data_ + begin, end - begin, advice);
}

}  // namespace mcast::storage
