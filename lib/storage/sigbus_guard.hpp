// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

namespace mcast::storage {

/// Keeps the process alive when a mapped file is cut short or its disk fails. While a guard lives,
/// touching a page of its mapping that cannot be had gives zeros and sets the flag, instead of
/// ending the process by SIGBUS. A SIGBUS anywhere else goes to the handler that was there before.
///
/// The handler of the process is taken with the first guard and given back with the last one
/// (unless somebody else has taken it meanwhile). Any thread; the mapping must outlive the guard,
/// and be private to its owner: nobody else may unmap parts of it.
class SigbusGuard {
  public:
    /// So many mappings can be guarded at once.
    static constexpr std::size_t kMaxMappings = 256;

    /// `begin` is page-aligned. Empty when kMaxMappings are guarded already.
    [[nodiscard]] static std::optional<SigbusGuard> protect(void* begin, std::size_t length,
                                                            std::atomic<bool>& faulted);
    SigbusGuard(SigbusGuard&& other) noexcept;
    SigbusGuard& operator=(SigbusGuard&&) = delete;
    ~SigbusGuard();

  private:
    explicit SigbusGuard(std::size_t slot) : slot_(slot) {}
    std::optional<std::size_t> slot_;
};

}  // namespace mcast::storage
