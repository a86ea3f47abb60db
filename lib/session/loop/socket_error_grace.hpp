// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace mcast::session {

/// Decides what errors of a socket mean. The first of a series is worth a warning only, since it
/// may pass (a cable is moved, an interface restarts or has no address for a while). A series that
/// lasts as long as silence is borne ends the session.
class SocketErrorGrace {
  public:
    void worked() { lasted_.reset(); }

    /// An error: `session.warn(text)` tells the first of a series. `limit`: how long a series is
    /// borne; empty: for ever. True: it has lasted too long.
    template <typename Session>
    [[nodiscard]] bool failed(Time now, const Error& error, std::optional<Duration> limit,
                              Session& session) {
        if (!lasted_) session.warn(error.message);
        // If this process stood still between two errors, that time does not count.
        lasted_ = lasted_ ? *lasted_ + std::min(now - seen_, kMostStep) : Duration::zero();
        seen_ = now;
        error_ = error;
        return limit && *lasted_ >= *limit;
    }

    /// The error that lasts now; empty if there is none.
    [[nodiscard]] std::optional<Error> now() const {
        return lasted_ ? std::optional(error_) : std::nullopt;
    }

  private:
    static constexpr Duration kMostStep = std::chrono::seconds(6);  // senders speak that often

    std::optional<Duration> lasted_;
    Time seen_{};
    Error error_;
};

}  // namespace mcast::session
