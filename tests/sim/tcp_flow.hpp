// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>

#include "sim/link.hpp"

namespace mcast::sim {

/// A bulk TCP connection with CUBIC (RFC 9438) that shares a link: acknowledged packet by packet,
/// slow start, one reduction a window, no time-outs. It always has something to send.
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
                on_loss(now, echo.number);
            else
                on_ack(now);
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

    void on_ack(Time now) {
        delivered_ += kPacket;
        if (window_ < threshold_) {
            window_ += 1;
            return;
        }
        if (!epoch_) {
            epoch_ = now;
            most_ = std::max(most_, window_);
            estimate_ = window_;
        }
        const double t = to_seconds(now - *epoch_ + rtt_);
        const double k = std::cbrt(most_ * (1 - kBeta) / kC);
        const double cubic = kC * std::pow(t - k, 3) + most_;
        estimate_ += 3 * (1 - kBeta) / (1 + kBeta) / window_;  // as Reno would grow
        const double target = std::clamp(std::max(cubic, estimate_), window_, 1.5 * window_);
        window_ += (target - window_) / window_;
    }

    void on_loss(Time, std::uint64_t number) {
        if (number < recover_) return;
        recover_ = sent_;
        most_ = window_;
        window_ = threshold_ = std::max(2.0, window_ * kBeta);
        epoch_.reset();
    }

    static constexpr double kBeta = 0.7;
    static constexpr double kC = 0.4;

    Duration rtt_;
    Time next_;
    std::deque<Echo> echoes_;
    double window_ = 10;
    double threshold_ = 1e9;
    double most_ = 0;
    double estimate_ = 0;
    std::optional<Time> epoch_;
    std::uint64_t sent_ = 0;
    std::uint64_t recover_ = 0;
    ByteCount delivered_ = 0;
};

}  // namespace mcast::sim
