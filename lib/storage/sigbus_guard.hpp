// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

namespace mcast::storage {

/// Keeps the process alive when a mapped file is cut short or its disk fails. While a guard lives,
/// reading a missing page of its mapping yields zeros and sets the flag, instead of ending the
/// process by SIGBUS. Any other SIGBUS goes to the handler that was there before.
///
/// The first guard installs the handler of the process, the last one restores the handler before
/// it, unless somebody else has installed another one. Any thread. The mapping must outlive the
/// guard, and nobody but its owner may unmap parts of it.
class SigbusGuard {
  public:
    /// The most mappings that can be guarded at once.
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
