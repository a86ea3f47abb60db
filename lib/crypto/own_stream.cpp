// SPDX-License-Identifier: MIT
#include "crypto/own_stream.hpp"

#include <cerrno>
#include <memory>
#include <utility>

#include <sys/mman.h>
#include <sys/random.h>

#include "base/assert.hpp"

namespace mcast::crypto {
namespace {

constexpr Duration kPartLife = std::chrono::seconds(1);
constexpr std::size_t kPage = 4096;  // the kernel rounds it up where pages are larger

bool random_number(std::uint64_t& value) {
    return ::getrandom(&value, sizeof value, 0) == static_cast<ssize_t>(sizeof value);
}

}  // namespace

Result<OwnStream> OwnStream::draw() {
    void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return fail(ErrorCode::internal, "there is no memory", errno);
    OwnStream stream(page);
    if (::madvise(page, kPage, MADV_WIPEONFORK) != 0)
        return fail(ErrorCode::unsupported,
                    "this kernel cannot keep a key from being used by two processes "
                    "(MADV_WIPEONFORK, Linux 4.14)",
                    errno);
    if (!stream.draw_session())
        return fail(ErrorCode::internal, "the system gives no random numbers", errno);
    return stream;
}

OwnStream::OwnStream(void* page) : state_(std::construct_at(static_cast<State*>(page))) {}

OwnStream::OwnStream(OwnStream&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

OwnStream::~OwnStream() {
    if (state_ != nullptr) ::munmap(state_, kPage);
}

bool OwnStream::draw_session() {
    State drawn;
    if (!random_number(drawn.stream.session) || !random_number(drawn.stream.part)) return false;
    drawn.stream.session >>= 16;
    drawn.drawn = true;
    *state_ = drawn;
    return true;
}

OwnStream::Range OwnStream::take(Time now, std::uint64_t count) {
    if (!state_->drawn) MCAST_ASSERT(draw_session());
    if (now - state_->part_drawn >= kPartLife) {
        MCAST_ASSERT(random_number(state_->stream.part));
        state_->part_drawn = now;
    }
    // At ten million packets a second a session would have to last for ten months.
    MCAST_ASSERT(count <= kCounterEnd - state_->next);
    const Range range{state_->stream, state_->next};
    state_->next += count;
    return range;
}

}  // namespace mcast::crypto
