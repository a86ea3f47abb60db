// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>

#include "protocol/send/sender.hpp"
#include "sim/content.hpp"
#include "sim/scenario.hpp"

namespace mcast::sim {

/// Writes the content of a stream by its schedule, as far as the sender's buffer has room.
class Producer {
  public:
    Producer(const Scenario& scenario, const Content& content, Time begin)
        : spec_(*scenario.stream),
          content_(content),
          size_(scenario.size),
          chunk_(scenario.chunk),
          begin_(begin) {}

    void feed(Time now, protocol::Sender& core) {
        if (ended_) return;
        const ByteCount written = written_by(now);
        if (written > core.released() + spec_.buffer) core.release(core.releasable());
        const ByteCount available = std::min(written, core.released() + spec_.buffer);
        const bool over = available == size_;
        while (chunks_ * chunk_ < available && (over || (chunks_ + 1) * chunk_ <= available)) {
            core.add_digest(chunks_, content_.digest(chunks_));
            ++chunks_;
        }
        core.extend(available);
        if (!over) return;
        ended_ = true;
        core.end_stream(now);
        core.set_root(std::array<std::uint8_t, 16>{});
    }
    /// The next write by the schedule.
    [[nodiscard]] Time next(Time now) const {
        for (const auto& write : spec_.writes)
            if (begin_ + write.at > now) return begin_ + write.at;
        return kNever;
    }

  private:
    [[nodiscard]] ByteCount written_by(Time now) const {
        if (spec_.writes.empty()) return size_;
        ByteCount written = 0;
        for (const auto& write : spec_.writes)
            if (begin_ + write.at <= now) written = write.up_to;
        return written;
    }

    const StreamSpec& spec_;
    const Content& content_;
    ByteCount size_;
    ByteCount chunk_;
    Time begin_;
    std::uint32_t chunks_ = 0;  // whose digests are known
    bool ended_ = false;
};

}  // namespace mcast::sim
