// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// The back-off factor K that the sender advertises (RFC 5740 section 5.3.1): the longer receivers
/// wait at random before they ask, the more of them are served by another's request. K begins at a
/// value for the group's size and is adapted so that NACKs stay a small part of what is sent.
class FeedbackBudget {
  public:
    static constexpr double kMost = 0.003;    ///< NACK bytes per byte sent: above this K grows
    static constexpr double kLittle = 0.001;  ///< below this K shrinks again
    static constexpr int kMaxFactor = 15;     ///< four bits on the wire

    /// Feedback is unicast, so receivers cannot overhear each other: a handful answers at once,
    /// many spread their answers.
    [[nodiscard]] static int least(std::size_t receivers) {
        return receivers <= 8 ? 0 : receivers <= 200 ? 1 : receivers <= 500 ? 3 : 6;
    }

    void on_nack(ByteCount bytes) { nacks_ += bytes; }
    void on_sent(ByteCount bytes) {
        sent_ += bytes;
        all_sent_ += bytes;
    }

    /// All bytes of data sent.
    [[nodiscard]] ByteCount sent() const { return all_sent_; }

    /// To be called now and then; judges once a cycle of requests is over.
    void update(Time now, Duration grtt, std::size_t receivers) {
        const int least_now = least(receivers);
        factor_ = std::max(factor_, least_now);
        const Duration cycle =
            std::max<Duration>((factor_ + 2) * grtt, std::chrono::milliseconds(20));
        if (now - since_ < cycle || sent_ < kEnough) return;
        const double part = static_cast<double>(nacks_) / static_cast<double>(sent_);
        quiet_ = part < kLittle ? quiet_ + 1 : 0;
        if (part > kMost) {
            factor_ = std::min(kMaxFactor, factor_ + std::max(1, factor_ / 2));
        } else if (quiet_ == kQuiet) {
            factor_ = std::max(least_now, factor_ - 1);
            quiet_ = 0;
        }
        since_ = now;
        nacks_ = sent_ = 0;
    }

    /// K now; `last`: all new data has been sent, and only repairs keep the transfer from its end.
    /// Then all may ask at once, if that is little compared with all data sent.
    [[nodiscard]] std::uint8_t factor(bool last, std::size_t receivers) const {
        const ByteCount burst = receivers * kNackBytes;
        const bool cheap = static_cast<double>(burst) < kMost / 2 * static_cast<double>(all_sent_);
        return static_cast<std::uint8_t>(last && cheap ? std::min(factor_, 1) : factor_);
    }

  private:
    static constexpr ByteCount kEnough = 100'000;  // fewer bytes say nothing

    static constexpr ByteCount kNackBytes = 80;  // about
    static constexpr int kQuiet = 8;             // cycles in a row with few NACKs before K shrinks

    int factor_ = 0;
    int quiet_ = 0;
    Time since_{};
    ByteCount nacks_ = 0;
    ByteCount sent_ = 0;
    ByteCount all_sent_ = 0;
};

}  // namespace mcast::protocol
