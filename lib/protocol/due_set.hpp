// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>

namespace mcast::protocol {

/// A set of the messages `Due` (an enumeration of at most 32) that something has made due.
template <typename Due>
class DueSet {
  public:
    DueSet() = default;
    DueSet(std::initializer_list<Due> due) {
        for (const Due one : due) set(one);
    }

    [[nodiscard]] bool has(Due due) const { return (bits_ & bit(due)) != 0; }
    void set(Due due) { bits_ |= bit(due); }
    void set(Due due, bool is_due) { is_due ? set(due) : clear(due); }
    void clear(Due due) { bits_ &= ~bit(due); }
    /// True if the message was due; it no longer is.
    [[nodiscard]] bool take(Due due) {
        const bool was = has(due);
        clear(due);
        return was;
    }

  private:
    static constexpr std::uint32_t bit(Due due) { return 1U << static_cast<unsigned>(due); }

    std::uint32_t bits_ = 0;
};

}  // namespace mcast::protocol
