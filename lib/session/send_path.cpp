// SPDX-License-Identifier: MIT
#include "session/send_path.hpp"

#include "session/real_clock.hpp"

namespace mcast::session {
namespace {

// Runs between two looks at the feedback: some milliseconds at 10 Gbit/s.
constexpr int kRunsPerTurn = 32;
// ENOBUFS of a device queue leaves the socket writable: POLLOUT would make the loop spin.
constexpr int kRefusalsBeforeRest = 2;
constexpr std::chrono::microseconds kRest{300};

std::size_t bytes_in(const net::Run& run) {
    std::size_t bytes = 0;
    for (const auto& piece : run.pieces) bytes += piece.iov_len;
    return bytes;
}

}  // namespace

Result<SendPath::State> SendPath::pump() {
    for (int i = 0; i < kRunsPerTurn; ++i) {
        const Time now = real_now();
        if (!left_) {
            if (!core_.poll_transmit(now, transmit_)) return State::idle;
            left_ = symbols_.build(transmit_);
        }
        const auto sent = socket_.send(group_, *left_);
        if (!sent) {
            left_.reset();
            return std::unexpected(sent.error());
        }
        meter_.sent(bytes_in(left_->part(0, sent->datagrams)));
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

SendPath::State SendPath::full(Time now, bool progressed) {
    if (const auto rate = meter_.blocked(now)) core_.link_limited(now, *rate);
    refused_ = progressed ? 0 : refused_ + 1;
    if (refused_ < kRefusalsBeforeRest) return State::blocked;
    resume_at_ = now + kRest;
    return State::resting;
}

}  // namespace mcast::session
