// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "expect.hpp"
#include "protocol/transmit.hpp"

namespace mcast::fuzz {

/// Reads an operation list from a fuzzer's input; zeros when it is used up.
class Input {
  public:
    explicit Input(Bytes in) : in_(in) {}
    [[nodiscard]] bool empty() const { return in_.empty(); }
    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    Bytes take(std::size_t size) {
        const Bytes taken = in_.first(std::min(size, in_.size()));
        in_ = in_.subspan(taken.size());
        return taken;
    }

  private:
    std::uint64_t number(std::size_t size) {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : take(size)) value = value << 8 | byte;
        return value;
    }
    Bytes in_;
};

/// A valid datagram, as it may have been changed by somebody.
inline void mutate(std::vector<std::uint8_t>& datagram, Input& input) {
    for (int changes = input.u8() & 3; changes > 0 && !datagram.empty(); --changes) {
        const std::size_t at = input.u16() % datagram.size();
        datagram[at] = input.u8();
    }
    if (const std::size_t cut = input.u8(); cut > 240) datagram.resize(datagram.size() / 2);
}

inline constexpr Time kBegin = Time(std::chrono::hours(1));

/// What a driver does after each call; a core must come to rest within a bounded number of polls,
/// and its next deadline must not stay in the past.
template <typename Core, typename Drain>
void settle(Core& core, Time now, Drain&& drain) {
    constexpr int kMostPolls = 20'000;
    constexpr int kMostIdleWakes = 4;
    static protocol::Transmit transmit;
    for (int wakes = 0; wakes <= kMostIdleWakes; ++wakes) {
        drain();
        int polls = 0;
        while (core.poll_transmit(now, transmit)) EXPECT_ALWAYS(++polls < kMostPolls);
        drain();
        if (core.next_timeout() > now) return;
        core.handle_timeout(now);
    }
    EXPECT_ALWAYS(core.next_timeout() > now);
}

/// Sleeps until the next deadline, at most `limit`; false when there is none.
template <typename Core>
Time wake(Core& core, Time now, Duration limit) {
    now = std::clamp(core.next_timeout(), now, now + limit);
    core.handle_timeout(now);
    return now;
}

}  // namespace mcast::fuzz
