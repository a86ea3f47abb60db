// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/envelope.hpp"

namespace mcast::crypto {

/// The stream that this process seals under, and the counters that it has used. No two processes
/// may have the same: a counter that is used twice with one key gives the key away.
///
/// Session and part are drawn from the random device. The part is drawn anew every second, so that
/// copies of a virtual machine soon part company. All lies in a page of its own that fork() wipes:
/// a child finds zeros there, and draws everything anew. Counters never go back within a session,
/// whatever its part, so that one window against replay serves it. One thread.
class OwnStream {
  public:
    /// Errors: internal (no random numbers), unsupported (fork cannot wipe a page).
    [[nodiscard]] static Result<OwnStream> draw();
    OwnStream(OwnStream&& other) noexcept;
    OwnStream& operator=(OwnStream&&) = delete;
    ~OwnStream();

    struct Range {
        StreamId stream;
        std::uint64_t first = 0;
    };
    /// The next `count` counters. Nobody gets them again.
    [[nodiscard]] Range take(Time now, std::uint64_t count);
    [[nodiscard]] std::uint64_t session() const { return state_->stream.session; }

  private:
    struct State {
        bool drawn = false;
        StreamId stream;
        std::uint64_t next = 0;
        Time part_drawn;
    };

    explicit OwnStream(void* page);
    /// The system's random device is asked by this alone. False: it gives nothing.
    [[nodiscard]] bool draw_session();

    State* state_;  ///< in the page
};

}  // namespace mcast::crypto
