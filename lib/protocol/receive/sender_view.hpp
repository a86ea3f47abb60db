// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "protocol/backoff.hpp"
#include "wire/norm/message.hpp"

namespace mcast::protocol {

inline constexpr double kNackBytes = 90;  ///< about, with IP and UDP headers

/// The sender as it advertises itself: round trip, back-off and size of the group (each message of
/// the sender has them), how often it wants reports, and its last probe. Whatever the network says
/// is brought within bounds here, so that users of these numbers need not check them.
class SenderView {
  public:
    void on_fields(const wire::SenderFields& fields);
    void set_report_interval(std::uint32_t microseconds);
    /// A probe that was to come at `due`. Its list of receivers is not kept.
    void on_probe(const wire::CmdCc& probe, Time due);

    [[nodiscard]] Duration grtt() const { return grtt_; }
    [[nodiscard]] int backoff_factor() const { return backoff_factor_; }
    /// The longest random back-off: K times GRTT (RFC 5740 section 5.3.1).
    [[nodiscard]] Duration backoff_time() const { return backoff_factor_ * grtt_; }
    /// For so long the sender gathers requests: (K + 1) times GRTT.
    [[nodiscard]] Duration gathering_time() const { return (backoff_factor_ + 1) * grtt_; }
    [[nodiscard]] double group_size() const { return group_size_; }
    [[nodiscard]] bool large_group() const {
        return group_size_ >= static_cast<double>(kLargeGroup);
    }
    [[nodiscard]] Duration report_interval() const { return report_interval_; }

    /// The advertised rate in bytes a second; none before a probe has told it.
    [[nodiscard]] std::optional<double> send_rate() const;
    /// Bytes that the sender sends in a round trip, by its last probe with a rate.
    [[nodiscard]] double bytes_in_flight() const { return bytes_in_flight_; }
    /// The sender needs so long for `bytes`, at most a second; nothing when the rate is unknown.
    [[nodiscard]] Duration time_to_send(double bytes) const;
    /// It takes so long until each of the group has sent `bytes` in that share of the rate.
    [[nodiscard]] Duration for_all(double bytes, double share) const;
    /// A random wait for a message that all of a large group are about to send at the same moment:
    /// together they take a tenth of the sender's rate. No time in a smaller group.
    [[nodiscard]] Duration random_spread(Rng& rng) const;

    /// The send time of the last probe, plus the time that we have held it.
    [[nodiscard]] std::optional<Time> response(Time now) const;
    [[nodiscard]] wire::Timestamp grtt_response(Time now) const;
    /// The sequence number of the last probe; 0 before one came.
    [[nodiscard]] std::uint16_t cc_sequence() const { return probe_ ? probe_->cc_sequence : 0; }

  private:
    Duration grtt_ = std::chrono::milliseconds(2);
    int backoff_factor_ = 0;
    double group_size_ = 10;
    Duration report_interval_ = std::chrono::milliseconds(500);
    std::optional<wire::CmdCc> probe_;
    Time probe_due_{};
    double bytes_in_flight_ = 0;
};

}  // namespace mcast::protocol
