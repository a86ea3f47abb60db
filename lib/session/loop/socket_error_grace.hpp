// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace mcast::session {

/// Decides what a socket's failures mean: the first of a series is worth a warning, since it may
/// pass (a cable is moved, an interface restarts or has no address for a while); a series that
/// lasts for as long as silence is borne ends the session.
class SocketErrorGrace {
  public:
    void worked() { lasted_.reset(); }

    /// `session` has warn(text), and is told of the first. `limit`: how long it is borne; empty:
    /// for ever. True: it has lasted too long.
    template <typename Session>
    [[nodiscard]] bool failed(Time now, const Error& error, std::optional<Duration> limit,
                              Session& session) {
        if (!lasted_) session.warn(error.message);
        // Between two failures this process may have stood still: that is no trouble.
        lasted_ = lasted_ ? *lasted_ + std::min(now - seen_, kMostStep) : Duration::zero();
        seen_ = now;
        error_ = error;
        return limit && *lasted_ >= *limit;
    }

    /// What fails now; empty: nothing does.
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
