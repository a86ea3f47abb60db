// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::session {

/// Notices that a sender's data does not reach a receiver although its commands do: the path's MTU
/// is smaller than that of the sender's interface. One thread.
class LargePacketWatch {
  public:
    /// Takes the content that has arrived so far, the sender's segment size and the number of its
    /// packets that were lost. True once: for a while nothing has come, except perhaps for the
    /// last segment, which is short.
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
    /// A smaller segment size, which more paths carry.
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
