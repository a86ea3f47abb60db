// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::session {

/// Notices that the data of a sender does not reach a receiver that hears the rest of it: the path
/// carries no packets as large as the sender's interface does. One thread.
class LargePacketWatch {
  public:
    /// What is known now: content that has arrived, the sender's segment and how many of its
    /// packets were lost. True once, when nothing has come for a while but, perhaps, the short last
    /// segment.
    [[nodiscard]] bool look(Time now, ByteCount bytes_done, std::uint16_t segment,
                            std::uint64_t lost) {
        if (!suspicious(bytes_done, segment, lost)) {
            since_.reset();
            return false;
        }
        if (!since_) since_ = now;
        return now - *since_ >= kPatience && !std::exchange(told_, true);
    }

    [[nodiscard]] static bool suspicious(ByteCount bytes_done, std::uint16_t segment,
                                         std::uint64_t lost) {
        return segment > kSmallSegment && bytes_done < segment && lost >= kManyLost;
    }
    /// A segment that more paths carry.
    [[nodiscard]] static unsigned smaller(std::uint16_t segment) {
        for (const unsigned usual : {1400U, 1200U})
            if (segment > usual + 60) return usual;
        return kSmallSegment;
    }

  private:
    static constexpr std::uint16_t kSmallSegment = 512;  // passes wherever IPv4 does
    static constexpr std::uint64_t kManyLost = 10;
    static constexpr Duration kPatience = std::chrono::seconds(2);

    std::optional<Time> since_;
    bool told_ = false;
};

}  // namespace mcast::session
