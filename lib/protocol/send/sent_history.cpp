// SPDX-License-Identifier: MIT
#include "protocol/send/sent_history.hpp"

#include <algorithm>

namespace mcast::protocol {
namespace {

constexpr Duration kMarkEvery = std::chrono::milliseconds(1);
// At 10 Gbit/s, 65536 packets of 1400 bytes leave within 75 ms: reports may be older than that.
constexpr Duration kMarksFor = std::chrono::seconds(4);
// Packets wait in queues for longer or shorter than the probe did.
constexpr Duration kMargin = std::chrono::microseconds(500);

}  // namespace

void SentHistory::mark(Time now) {
    if (!marks_.empty() && now - marks_.back().at < kMarkEvery) return;
    marks_.push_back({now, next_});
    if (now - marks_.front().at > kMarksFor) marks_.pop_front();
}

std::int64_t SentHistory::unwrap(std::uint16_t on_wire, Time sent) const {
    std::int64_t near = next_ - 1;
    for (auto mark = marks_.rbegin(); mark != marks_.rend() && mark->at > sent; ++mark)
        near = mark->next;
    const auto off = static_cast<std::int16_t>(on_wire - static_cast<std::uint16_t>(near));
    return std::min(near + off, next_ - 1);
}

Time SentHistory::horizon(Time now, std::optional<Time> response, Duration grtt) {
    return std::min(response.value_or(now - grtt), now) - kMargin;
}

}  // namespace mcast::protocol
