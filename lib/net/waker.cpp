// SPDX-License-Identifier: MIT
#include "net/waker.hpp"

#include <cstdint>
#include <cstring>

#include <sys/eventfd.h>

namespace mcast::net {

Result<Waker> Waker::open() {
    UniqueFd fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!fd.valid()) {
        const int error = errno;
        return fail(ErrorCode::internal,
                    std::string("cannot create an eventfd: ") + std::strerror(error), error);
    }
    return Waker(std::move(fd));
}

void Waker::wake() const noexcept {
    // A signal handler must not change errno. If the counter is full, the write fails, but the loop
    // wakes all the same.
    const int before = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
    errno = before;
}

void Waker::drain() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(fd_.get(), &count, sizeof count);
}

}  // namespace mcast::net
