// SPDX-License-Identifier: MIT
#include "storage/sigbus_guard.hpp"

#include <csetjmp>
#include <csignal>
#include <cstdint>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "temp_folder.hpp"

using mcast::storage::SigbusGuard;

namespace {

/// Two pages of a file that has only one: touching the second is a SIGBUS.
class CutMapping {
  public:
    CutMapping() {
        mcast::test::put_file(folder_.file("f"), mcast::test::Content(kPage, 7));
        const int fd = ::open(folder_.file("f").c_str(), O_RDONLY);
        begin_ = ::mmap(nullptr, 2 * kPage, PROT_READ, MAP_SHARED, fd, 0);
        ::close(fd);
        REQUIRE(begin_ != MAP_FAILED);
    }
    CutMapping(const CutMapping&) = delete;
    CutMapping& operator=(const CutMapping&) = delete;
    ~CutMapping() { ::munmap(begin_, 2 * kPage); }

    [[nodiscard]] void* begin() const { return begin_; }
    [[nodiscard]] std::size_t length() const { return 2 * kPage; }
    [[nodiscard]] std::uint8_t touch(std::size_t page) const {
        return static_cast<const volatile std::uint8_t*>(begin_)[page * kPage + 5];
    }

  private:
    static constexpr std::size_t kPage = 4096;
    mcast::test::TempFolder folder_;
    void* begin_;
};

sigjmp_buf back;
volatile std::sig_atomic_t caught = 0;

void jump_back(int) {
    caught = caught + 1;
    siglongjmp(back, 1);
}

/// A handler of the program's own, set before any guard.
class OwnHandler {
  public:
    OwnHandler() {
        struct sigaction action{};
        action.sa_handler = jump_back;
        ::sigaction(SIGBUS, &action, &before_);
        caught = 0;
    }
    OwnHandler(const OwnHandler&) = delete;
    OwnHandler& operator=(const OwnHandler&) = delete;
    ~OwnHandler() { ::sigaction(SIGBUS, &before_, nullptr); }

  private:
    struct sigaction before_{};
};

/// True when touching the page ended in the program's own handler.
bool reaches_own_handler(const CutMapping& mapping) {
    const int before = caught;
    if (sigsetjmp(back, 1) == 0) (void)mapping.touch(1);
    return caught == before + 1;
}

}  // namespace

TEST_CASE("a page that is not there reads as zeros under a guard, and sets the flag",
          "[storage][sigbus]") {
    const CutMapping mapping;
    std::atomic<bool> faulted = false;
    const auto guard = SigbusGuard::protect(mapping.begin(), mapping.length(), faulted);
    REQUIRE(guard.has_value());
    CHECK(mapping.touch(0) == 7);
    CHECK_FALSE(faulted);
    CHECK(mapping.touch(1) == 0);
    CHECK(faulted);
}

TEST_CASE("only the mapping that failed is told", "[storage][sigbus]") {
    const CutMapping one;
    const CutMapping two;
    std::atomic<bool> one_faulted = false;
    std::atomic<bool> two_faulted = false;
    // Wherever the two lie to each other, and whichever is looked at first.
    const bool two_first = GENERATE(false, true);
    const bool two_fails = GENERATE(false, true);
    std::vector<SigbusGuard> guards;
    for (const bool is_two : {two_first, !two_first}) {
        const CutMapping& mapping = is_two ? two : one;
        auto guard = SigbusGuard::protect(mapping.begin(), mapping.length(),
                                          is_two ? two_faulted : one_faulted);
        REQUIRE(guard.has_value());
        guards.push_back(std::move(*guard));
    }
    CHECK((two_fails ? two : one).touch(1) == 0);
    CHECK(two_faulted == two_fails);
    CHECK(one_faulted == !two_fails);
}

TEST_CASE("a fault outside the guarded mappings reaches the handler that was there before",
          "[storage][sigbus]") {
    const OwnHandler own;
    const CutMapping guarded;
    const CutMapping bare;
    std::atomic<bool> faulted = false;
    const auto guard = SigbusGuard::protect(guarded.begin(), guarded.length(), faulted);
    CHECK(reaches_own_handler(bare));
    CHECK_FALSE(faulted);
}

TEST_CASE("the handler that was there before comes back with the last guard", "[storage][sigbus]") {
    const OwnHandler own;
    const CutMapping mapping;
    std::atomic<bool> faulted = false;
    {
        const auto outer = SigbusGuard::protect(mapping.begin(), 4096, faulted);
        const auto inner = SigbusGuard::protect(mapping.begin(), 4096, faulted);
    }
    struct sigaction now{};
    ::sigaction(SIGBUS, nullptr, &now);
    CHECK(now.sa_handler == jump_back);
    CHECK(reaches_own_handler(mapping));
}

TEST_CASE("a guard that was moved from guards nothing, and the other goes on",
          "[storage][sigbus]") {
    const CutMapping mapping;
    std::atomic<bool> faulted = false;
    auto guard = SigbusGuard::protect(mapping.begin(), mapping.length(), faulted);
    REQUIRE(guard.has_value());
    const SigbusGuard other(std::move(*guard));
    guard.reset();
    CHECK(mapping.touch(1) == 0);
    CHECK(faulted);
}

TEST_CASE("there is an end to the number of guards, and it is told", "[storage][sigbus]") {
    const CutMapping mapping;
    std::atomic<bool> faulted = false;
    std::vector<SigbusGuard> guards;
    for (std::size_t i = 0; i < SigbusGuard::kMaxMappings; ++i) {
        auto guard = SigbusGuard::protect(mapping.begin(), mapping.length(), faulted);
        REQUIRE(guard.has_value());
        guards.push_back(std::move(*guard));
    }
    CHECK_FALSE(SigbusGuard::protect(mapping.begin(), mapping.length(), faulted).has_value());
    guards.pop_back();
    CHECK(SigbusGuard::protect(mapping.begin(), mapping.length(), faulted).has_value());
}
