// SPDX-License-Identifier: MIT
#include "session/send/send_buffer.hpp"

#include <algorithm>
#include <utility>

namespace mcast::session {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::microseconds kBufferTime{750};
constexpr std::size_t kLeastBuffer = 16U << 10;
constexpr std::size_t kMostBuffer = 2U << 20;
// A TCP connection has two batches of 64 KiB in the device's queue. This gives us about as much:
// the kernel doubles what we ask for, and needs a third of that for itself.
constexpr std::size_t kMostGrown = 96U << 10;

constexpr double kLess = 1.5;
// The part of our rate that is left while we hold so much less, if we had half of the link, and if
// we had three quarters.
constexpr double kNeeded = 0.816;
constexpr double kNotNeeded = 0.904;
constexpr Duration kLeastSpan = milliseconds(30);
constexpr int kSpanTurns = 2;
// From full to half, and back at a quarter more than the link takes, needs two and a half turns.
constexpr int kGapTurns = 4;
constexpr Duration kLeastGap = milliseconds(30);
constexpr Duration kLookAlone = std::chrono::seconds(1);
constexpr Duration kLookShared = milliseconds(250);

}  // namespace

std::size_t SendBuffer::usual() const {
    return std::max(least_, grown_);
}

std::size_t SendBuffer::wanted() const {
    return less_ ? static_cast<std::size_t>(static_cast<double>(usual()) / kLess) : usual();
}

// The longest time that a full buffer takes to drain.
Duration SendBuffer::turn() const {
    return fitted_.time_for(2 * usual());
}

void SendBuffer::fit(DataRate rate) {
    if (less_) return;  // the rate falls because we hold less
    if (rate.bps() > 0.8 * fitted_.bps() && rate.bps() < 1.25 * fitted_.bps()) return;
    fitted_ = rate;
    const std::size_t before = usual();
    least_ =
        std::clamp(static_cast<std::size_t>(rate.bytes_in(kBufferTime)), kLeastBuffer, kMostBuffer);
    if (usual() != before) begin_.reset();
}

void SendBuffer::change(Time now) {
    begin_.reset();
    settled_ = now + turn();
}

void SendBuffer::on_full(Time now, ByteCount taken) {
    if (taken == last_.taken) return;  // still full
    const Full before = std::exchange(last_, {now, taken});
    // The buffer was not full for a while: something else limited us.
    if (now - before.at > std::max(kGapTurns * turn(), kLeastGap)) {
        less_ = false;
        return change(now);
    }
    if (now < settled_) return;
    if (!begin_) begin_ = last_;
    const Duration span = now - begin_->at;
    if (span < std::max(kSpanTurns * turn(), kLeastSpan)) return;
    const double bps = 8 * static_cast<double>(taken - begin_->taken) / to_seconds(span);
    begin_ = last_;
    if (less_) return judge(now, bps / usual_bps_);
    usual_bps_ = bps;
    if (now < look_due_) return;
    less_ = true;
    change(now);
}

void SendBuffer::judge(Time now, double part) {
    less_ = false;
    const std::size_t before = usual();
    if (part < kNeeded) {
        grown_ = std::min(2 * usual(), kMostGrown);
    } else if (part > kNotNeeded) {
        grown_ = static_cast<std::size_t>(static_cast<double>(grown_) / kLess);
    }
    if (grown_ <= least_) grown_ = 0;
    const bool alone = grown_ == 0 && part > kNotNeeded;
    look_due_ = now + (usual() > before ? Duration::zero() : alone ? kLookAlone : kLookShared);
    change(now);
}

}  // namespace mcast::session
