// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "base/time.hpp"

namespace mcast::session {

/// Decides what a socket's failures mean: the first of a series is worth a warning, since it may
/// pass (a cable is moved, an interface restarts); a series that lasts ends the session.
class NetworkTrouble {
  public:
    enum class Verdict { warn, bear, give_up };

    void worked() { since_.reset(); }

    [[nodiscard]] Verdict failed(Time now) {
        if (!since_) {
            since_ = now;
            return Verdict::warn;
        }
        return now - *since_ >= kLimit ? Verdict::give_up : Verdict::bear;
    }

  private:
    static constexpr Duration kLimit = std::chrono::seconds(5);

    std::optional<Time> since_;
};

}  // namespace mcast::session
