// SPDX-License-Identifier: MIT
#include "protocol/send/new_data_hold.hpp"

#include <algorithm>

namespace mcast::protocol {
namespace {

constexpr double kStep = 0.15;  // of the share, at each check
constexpr double kNamed = 0.25;
constexpr double kStill = 0.1;

}  // namespace

const Member* NewDataHold::holder() const {
    if (!full()) return nullptr;
    const auto found = std::ranges::find_if(
        group_.all(), [this](const Member& p) { return p.in_progress() && held_by(p); });
    return found == group_.all().end() ? nullptr : &*found;
}

// If new data waits for most of the group, no single receiver is to blame.
void NewDataHold::check() {
    const Member* slowest = holder();
    if (slowest != nullptr && group_.attached() > 1) {
        const auto alike = std::ranges::count_if(group_.all(), [&](const Member& p) {
            return p.sets_pace() && p.paces && p.window_end <= group_.window_end() + p.window / 4;
        });
        if (2 * static_cast<std::size_t>(alike) > group_.attached()) slowest = nullptr;
    }
    const bool same = slowest != nullptr && by_ == slowest->index;
    if (slowest != nullptr && !same && share_ < kStill) by_ = slowest->index;
    const bool counts = slowest != nullptr && by_ == slowest->index;
    share_ += kStep * ((counts ? 1 : 0) - share_);
    named_ = share_ > (named_ ? kStill : kNamed);
}

}  // namespace mcast::protocol
