// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace mcast::session {

/// Decides what a socket's failures mean: the first of a series is worth a warning, since it may
/// pass (a cable is moved, an interface restarts); a series that lasts ends the session.
class NetworkTrouble {
  public:
    void worked() { since_.reset(); }

    /// `session` has warn(text), and is told of the first. True: it has lasted too long.
    template <typename Session>
    [[nodiscard]] bool failed(Time now, const Error& error, Session& session) {
        if (!since_) {
            since_ = now;
            session.warn(error.message);
        }
        return now - *since_ >= kLimit;
    }

  private:
    static constexpr Duration kLimit = std::chrono::seconds(5);

    std::optional<Time> since_;
};

}  // namespace mcast::session
