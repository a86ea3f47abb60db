// SPDX-License-Identifier: MIT
#include "storage/sigbus_guard.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace mcast::storage {
namespace {

/// `begin` is written last and cleared first, so that the handler, which takes no lock, sees only
/// complete entries.
struct Mapping {
    std::atomic<std::uintptr_t> begin = 0;  ///< 0: free
    std::atomic<std::uintptr_t> end = 0;
    std::atomic<std::atomic<bool>*> faulted = nullptr;
};

// The state of the signal handler, which belongs to no object.
std::array<Mapping, SigbusGuard::kMaxMappings> mappings;
std::uintptr_t page_size;
struct sigaction previous;
std::mutex registration;  // protects the variables below, and writes to `mappings`
std::size_t guards = 0;
bool installed = false;

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

/// Async-signal-safe: mmap is a plain system call on Linux.
bool give_zeros(void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    for (Mapping& mapping : mappings) {
        const std::uintptr_t begin = mapping.begin.load(std::memory_order_acquire);
        if (begin == 0 || at < begin || at >= mapping.end.load(std::memory_order_relaxed)) continue;
        void* page = reinterpret_cast<void*>(at & ~(page_size - 1));
        if (::mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
            MAP_FAILED)
            return false;
        mapping.faulted.load(std::memory_order_relaxed)->store(true);
        return true;
    }
    return false;
}

void forward(int signal, siginfo_t* info, void* context) {
    if ((previous.sa_flags & SA_SIGINFO) != 0) {
        previous.sa_sigaction(signal, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal);
    } else {
        // The signal comes again when this handler returns, and then ends the process.
        ::signal(signal, SIG_DFL);
        ::raise(signal);
    }
}

void on_sigbus(int signal, siginfo_t* info, void* context) {
    const int saved = errno;
    // A code of 0 or less means that somebody sent the signal: it is no fault.
    if (info->si_code <= 0 || !give_zeros(info->si_addr)) forward(signal, info, context);
    errno = saved;
}

bool is_ours(const struct sigaction& action) {
    return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_sigbus;
}

void install() {
    if (installed) return;
    page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction ours{};
    ours.sa_sigaction = on_sigbus;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&ours.sa_mask);
    ::sigaction(SIGBUS, nullptr, &previous);
    ::sigaction(SIGBUS, &ours, nullptr);
    installed = true;
}

// A handler that was set after ours may call it, so ours has to stay.
void restore() {
    struct sigaction current{};
    ::sigaction(SIGBUS, nullptr, &current);
    if (!is_ours(current)) return;
    ::sigaction(SIGBUS, &previous, nullptr);
    installed = false;
}

}  // namespace

std::optional<SigbusGuard> SigbusGuard::protect(void* begin, std::size_t length,
                                                std::atomic<bool>& faulted) {
    const std::scoped_lock lock(registration);
    for (std::size_t slot = 0; slot < mappings.size(); ++slot) {
        Mapping& mapping = mappings[slot];
        if (mapping.begin.load() != 0) continue;
        const auto first = reinterpret_cast<std::uintptr_t>(begin);
        mapping.end.store(first + length);
        mapping.faulted.store(&faulted);
        mapping.begin.store(first, std::memory_order_release);
        ++guards;
        install();
        return SigbusGuard(slot);
    }
    return {};
}

SigbusGuard::SigbusGuard(SigbusGuard&& other) noexcept : slot_(std::exchange(other.slot_, {})) {}

SigbusGuard::~SigbusGuard() {
    if (!slot_) return;
    const std::scoped_lock lock(registration);
    mappings[*slot_].begin.store(0);
    if (--guards == 0) restore();
}

}  // namespace mcast::storage
