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
        bytes_ += sent->datagrams * left_->segment;
        if (sent->blocked) {
            left_ = left_->after(sent->datagrams);
            return full(now, sent->datagrams > 0);
        }
        left_.reset();
        refused_ = 0;
    }
    return State::more;
}

void SendPath::fit_buffer() {
    buffer_.fit(core_.rate());
    const std::size_t wanted = buffer_.wanted();
    if (wanted != socket_.send_buffer().asked) socket_.set_send_buffer(wanted);
}

SendPath::State SendPath::full(Time now, bool progressed) {
    // The kernel grants the double, for its own overhead. Usually: less is soon over.
    core_.link_busy(now, 2 * std::max(buffer_.usual(), socket_.send_buffer().granted));
    buffer_.on_full(now, bytes_);
    refused_ = progressed ? 0 : refused_ + 1;
    if (refused_ < kRefusalsBeforeRest) return State::blocked;
    resume_at_ = now + kRest;
    return State::resting;
}

}  // namespace mcast::session
