// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include "base/time.hpp"

namespace mcast::protocol {

/// The sender serves faster receivers first. What this one lacks is sent when they are done, and
/// asked for then. The sender says so again and again.
class Deferral {
  public:
    /// The sender has said how it counts this receiver. True: a deferral ends by that.
    bool on_state(Time now, bool deferred) {
        const bool was = std::exchange(until_, std::nullopt).has_value();
        if (deferred) until_ = now + kLasts;
        return was && !deferred;
    }
    void expire(Time now) {
        if (until_ && now >= *until_) until_.reset();
    }
    [[nodiscard]] bool active() const { return until_.has_value(); }

  private:
    static constexpr Duration kLasts = std::chrono::seconds(2);  // unless it is said again

    std::optional<Time> until_;
};

}  // namespace mcast::protocol
