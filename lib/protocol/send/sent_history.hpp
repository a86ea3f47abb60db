// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.hpp"

namespace mcast::protocol {

/// Remembers when packets left. They are numbered from 0; the wire has the low 16 bits only.
class SentHistory {
  public:
    /// The number of the packet that leaves next; the one after it has the next.
    [[nodiscard]] std::int64_t take() { return next_++; }
    /// The number that take() will return: so many packets have left.
    [[nodiscard]] std::int64_t next() const { return next_; }

    /// All packets with numbers below next() have left at `now`. Call it after each run.
    void mark(Time now);

    /// The packet with that number on the wire that left at about that time; at most the last.
    [[nodiscard]] std::int64_t unwrap(std::uint16_t on_wire, Time sent) const;

    /// The time when the newest packet left that a receiver can have heard of. `response`: when the
    /// probe left that it answers; empty: it answers none.
    [[nodiscard]] static Time horizon(Time now, std::optional<Time> response, Duration grtt);

  private:
    struct Mark {
        Time at{};
        std::int64_t next = 0;
    };

    std::int64_t next_ = 0;
    std::deque<Mark> marks_;
};

}  // namespace mcast::protocol
