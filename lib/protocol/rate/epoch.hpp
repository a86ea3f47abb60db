// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/member_id.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/rate/tally.hpp"

namespace mcast::rate {

inline constexpr ByteCount kPacketBytes = 1500;  ///< about
inline constexpr double kMostlyLost = 0.5;       ///< part of the packets

/// The report of one receiver for an epoch.
struct ReceiverEpoch {
    Tally seen;  ///< packets that were sent in the epoch
    std::uint64_t host_drops = 0;
    double backlog = 0;         ///< the latest, 0 to 1
    double backlog_before = 0;  ///< the latest when the epoch began
    // Round trips; 0 if there were none, except for the least.
    Duration rtt_min = Duration::max();
    Duration rtt_first{};
    Duration rtt_most{};
    Duration rtt_last{};  ///< the latest of all epochs

    void begin() { *this = {.backlog = backlog, .backlog_before = backlog, .rtt_last = rtt_last}; }
    void on_rtt(Duration rtt) {
        rtt_min = std::min(rtt_min, rtt);
        rtt_most = std::max(rtt_most, rtt);
        rtt_last = rtt;
        if (rtt_first == Duration::zero()) rtt_first = rtt;
    }
};

/// How fast packets left over some time.
struct Sending {
    Duration lasted{};
    double bps = 0;
};

/// An epoch that is over, as it is judged. It does not change any more.
struct EpochReport {
    struct Receiver {
        MemberId id;
        ReceiverEpoch heard;
    };

    double bps = 0;            ///< the rate that was asked for
    Sending sending;           ///< what was really sent
    bool app_limited = false;  ///< there was a moment with nothing to send
    bool link_busy = false;    ///< our own link took no more
    Duration link_queue{};     ///< the queue that can have stood in it
    bool all_heard = false;    ///< every attached receiver reported enough
    std::vector<Receiver> receivers;

    /// True if the rate was really used: else the epoch shows nothing about it.
    [[nodiscard]] bool used(double rate_bps) const {
        return !app_limited && sending.bps > 0.5 * rate_bps;
    }
    /// Seconds of queueing per second of sending, at the receiver where the queue grew most.
    [[nodiscard]] double queue_growth() const {
        Duration most{};
        for (const Receiver& r : receivers)
            most = std::max(most, r.heard.rtt_most - r.heard.rtt_first);
        return to_seconds(most) / std::max(to_seconds(sending.lasted), 1e-4);
    }
};

/// Cuts time into epochs, each at one rate. Only packets that were sent in an epoch count for it,
/// however late they are reported.
class EpochMeter {
  public:
    [[nodiscard]] bool running() const { return begin_.has_value(); }
    void stop() { begin_.reset(); }
    /// Packets from `next` on are sent at `bps`. If the rate is the same as before, packets whose
    /// reports are still to come count for this epoch, too, unless `afresh`.
    void begin(Time now, std::int64_t next, double bps, bool afresh) {
        begin_ = now;
        if (afresh || bps_ != bps) first_ = next;
        bps_ = bps;
        bytes_ = 0;
        app_limited_ = false;
    }
    /// Packets that left before the first epoch count as well.
    void count_all() { first_ = 0; }
    /// Time and bytes count from now on.
    void begin_step(Time now) {
        begin_ = now;
        bytes_ = 0;
    }

    void on_sent(ByteCount bytes) { bytes_ += bytes; }
    void on_idle() { app_limited_ = true; }
    /// Something became known that can end the epoch.
    void on_news() { news_ = true; }
    [[nodiscard]] bool news() const { return news_; }
    void take_stock() { news_ = false; }

    [[nodiscard]] bool counts(const Sample& sample) const { return sample.first >= first_; }
    /// The number of packets from the epoch's first until `next`.
    [[nodiscard]] double packets(std::int64_t next) const {
        return static_cast<double>(next - first_);
    }
    [[nodiscard]] bool any_sent() const { return bytes_ > 0; }
    [[nodiscard]] Time began() const { return *begin_; }
    [[nodiscard]] Duration lasted(Time now) const { return now - *begin_; }
    [[nodiscard]] Sending sending(Time now) const {
        return {lasted(now), 8 * static_cast<double>(bytes_) / to_seconds(lasted(now))};
    }
    [[nodiscard]] bool app_limited() const { return app_limited_; }

  private:
    std::optional<Time> begin_;
    std::int64_t first_ = 0;
    double bps_ = 0;
    ByteCount bytes_ = 0;
    bool app_limited_ = false;
    bool news_ = false;
};

}  // namespace mcast::rate
