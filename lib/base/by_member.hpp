// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "base/member_id.hpp"

namespace mcast {

/// The facts that a part of the sender knows about each receiver of the group: a vector by index
/// that grows when something becomes known. A default value means that nothing is known.
template <typename T>
class ByMember {
  public:
    /// The value to fill in. Valid until the next call for another receiver.
    [[nodiscard]] T& at(MemberIndex index) {
        const std::size_t i = raw(index);
        if (i >= values_.size()) grow(i + 1);
        return values_[i];
    }
    /// Null if nothing was ever known about that receiver, or any with a greater index.
    [[nodiscard]] T* find(MemberIndex index) {
        return raw(index) < values_.size() ? &values_[raw(index)] : nullptr;
    }
    [[nodiscard]] const T* find(MemberIndex index) const {
        return raw(index) < values_.size() ? &values_[raw(index)] : nullptr;
    }
    void forget(MemberIndex index) {
        if (T* value = find(index)) *value = T();
    }
    void clear() { values_.clear(); }

    [[nodiscard]] auto begin() { return values_.begin(); }
    [[nodiscard]] auto end() { return values_.end(); }
    [[nodiscard]] auto begin() const { return values_.begin(); }
    [[nodiscard]] auto end() const { return values_.end(); }

  private:
    // Strangers can raise the number of receivers, so at most a quarter is spare room, not a half.
    void grow(std::size_t size) {
        if (size > values_.capacity()) values_.reserve(size * 5 / 4 + 4);
        values_.resize(size);
    }

    std::vector<T> values_;
};

}  // namespace mcast
