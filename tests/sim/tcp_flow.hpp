// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>

#include "sim/link.hpp"

namespace mcast::sim {

/// A bulk TCP connection with CUBIC (RFC 9438, with its region where Reno is faster and fast
/// convergence) that shares a link: acknowledged packet by packet with SACK, slow start until the
/// first loss, one reduction a window, no time-outs. It always has something to send.
class TcpFlow {
  public:
    TcpFlow(Duration rtt, Time start) : rtt_(rtt), next_(start) {}

    static constexpr ByteCount kPacket = 1514;

    [[nodiscard]] Time next() const { return echoes_.empty() ? next_ : echoes_.front().at; }
    [[nodiscard]] ByteCount delivered() const { return delivered_; }

    void handle(Time now, Link& link) {
        while (!echoes_.empty() && echoes_.front().at <= now) {
            const Echo echo = echoes_.front();
            echoes_.pop_front();
            if (echo.lost)
                on_loss(echo.number);
            else
                on_ack(now, echo.number);
        }
        while (static_cast<double>(echoes_.size()) < window_) send(now, link);
        next_ = kNever;
    }

  private:
    struct Echo {
        Time at;
        std::uint64_t number;
        bool lost;
    };

    void send(Time now, Link& link) {
        const auto left = link.take(now, kPacket);
        const Time at = left.value_or(now + link.queueing(now)) + rtt_;
        echoes_.push_back({at, sent_++, !left});
    }

    void on_ack(Time now, std::uint64_t number) {
        delivered_ += kPacket;
        if (number < recover_) return;  // as much is sent as comes out
        if (window_ < threshold_) {
            window_ += 1;
            return;
        }
        if (!epoch_) {
            epoch_ = now;
            reno_ = window_;
            k_ = std::cbrt(std::max(0.0, most_ - window_) / kC);
        }
        const double t = to_seconds(now - *epoch_ + rtt_);
        const double cubic = kC * std::pow(t - k_, 3) + most_;
        reno_ += (reno_ < before_ ? kRenoSlope : 1) / window_;
        const double target = std::clamp(cubic, window_, 1.5 * window_);
        window_ = std::max(window_ + (target - window_) / window_, reno_);
    }

    void on_loss(std::uint64_t number) {
        if (number < recover_) return;
        recover_ = sent_;
        before_ = window_;
        // Fast convergence: who falls behind its last one makes room.
        most_ = window_ < most_ ? window_ * (1 + kBeta) / 2 : window_;
        window_ = threshold_ = std::max(2.0, window_ * kBeta);
        epoch_.reset();
    }

    static constexpr double kBeta = 0.7;
    static constexpr double kC = 0.4;
    static constexpr double kRenoSlope = 3 * (1 - kBeta) / (1 + kBeta);

    Duration rtt_;
    Time next_;
    std::deque<Echo> echoes_;
    double window_ = 10;
    double threshold_ = 1e9;
    double most_ = 0;    // the window that was too much, or less: where CUBIC levels out
    double before_ = 0;  // the last reduction
    double reno_ = 0;    // what Reno's window would be
    double k_ = 0;       // seconds until `most_`
    std::optional<Time> epoch_;
    std::uint64_t sent_ = 0;
    std::uint64_t recover_ = 0;
    ByteCount delivered_ = 0;
};

}  // namespace mcast::sim
