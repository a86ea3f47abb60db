// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <utility>

#include "base/time.hpp"

namespace mcast::protocol {

/// The greatest value of the last `Span`, or up to twice as long.
template <typename Value, Duration::rep SpanMilliseconds>
class WindowedMax {
  public:
    static constexpr Duration kSpan = std::chrono::milliseconds(SpanMilliseconds);

    void add(Time now, Value value) {
        if (now - since_ >= kSpan) {
            before_ = std::exchange(current_, Value{});
            since_ = now;
        }
        current_ = std::max(current_, value);
    }
    [[nodiscard]] Value value() const { return std::max(before_, current_); }

  private:
    Value before_{};
    Value current_{};
    Time since_{};
};

}  // namespace mcast::protocol
