// SPDX-License-Identifier: MIT
#include "session/send_path.hpp"

#include <algorithm>

#include "session/real_clock.hpp"

namespace mcast::session {
namespace {

// Between two looks at the feedback, which would seem to have waited in the network: a run takes
// some microseconds, or half a millisecond where every packet goes through a bridge singly.
constexpr std::chrono::milliseconds kTurn{1};
// ENOBUFS of a device queue leaves the socket writable: POLLOUT would make the loop spin.
constexpr int kRefusalsBeforeRest = 2;
constexpr std::chrono::microseconds kRest{300};
// Twice that, really: the kernel doubles what is asked for.
constexpr std::chrono::microseconds kBufferTime{750};
constexpr std::size_t kLeastBuffer = 16U << 10;
constexpr std::size_t kMostBuffer = 2U << 20;

}  // namespace

Result<SendPath::State> SendPath::pump() {
    fit_buffer();
    Time now = real_now();
    for (const Time end = now + kTurn; now < end; now = real_now()) {
        if (!left_) {
            if (!core_.poll_transmit(now, transmit_)) return State::idle;
            left_ = symbols_.build(transmit_);
        }
        const auto sent = socket_.send(group_, *left_);
        if (!sent) {
            left_.reset();
            return std::unexpected(sent.error());
        }
        sent_ += sent->datagrams;
        if (sent->blocked) {
            left_ = left_->after(sent->datagrams);
            return full(now, sent->datagrams > 0);
        }
        left_.reset();
        refused_ = 0;
    }
    return State::more;
}

// A buffer that holds little more than the loop may sleep for: where our own link is the slowest,
// it is full before the device's queue drops anything, and what waits in it does not get old.
void SendPath::fit_buffer() {
    const DataRate rate = core_.rate();
    if (rate.bps() > 0.8 * fitted_.bps() && rate.bps() < 1.25 * fitted_.bps()) return;
    fitted_ = rate;
    const auto bytes = static_cast<std::size_t>(rate.bytes_in(kBufferTime));
    const std::size_t wanted = std::clamp(bytes, kLeastBuffer, kMostBuffer);
    if (wanted != socket_.send_buffer().asked) socket_.set_send_buffer(wanted);
}

SendPath::State SendPath::full(Time now, bool progressed) {
    // The kernel grants the double, for its own overhead.
    core_.link_busy(now, 2 * socket_.send_buffer().granted);
    refused_ = progressed ? 0 : refused_ + 1;
    if (refused_ < kRefusalsBeforeRest) return State::blocked;
    resume_at_ = now + kRest;
    return State::resting;
}

}  // namespace mcast::session
