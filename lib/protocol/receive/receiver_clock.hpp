// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/receive/offer_intake.hpp"
#include "protocol/receive/receiver_ending.hpp"
#include "protocol/receive/receiver_parts.hpp"
#include "protocol/receive/request_schedule.hpp"

namespace mcast::protocol {

/// Does what is due by time at a receiver: timers, limits, and silences that end. The others
/// outlive it.
class ReceiverClock {
  public:
    ReceiverClock(ReceiverParts& parts, RequestSchedule& requests, ReceiverEnding& ending,
                  OfferIntake& offers)
        : parts_(parts), requests_(requests), ending_(ending), offers_(offers) {}

    /// To be called before anything else is done at that time. For each datagram, hence inline.
    void on_time(Time now) {
        if (parts_.liveness.on_call(now)) after_gap(now);
    }
    /// For each datagram of the sender; a brief silence is none.
    void on_heard(Time now) {
        if (const Duration silent = parts_.liveness.on_heard(now); silent > kBriefSilence)
            after_silence(now, silent);
    }
    void handle_timeout(Time now);
    /// Our address may be another one: the sender knows it by a join.
    void rejoin(Time now);

  private:
    static constexpr Duration kBriefSilence = std::chrono::milliseconds(10);

    void after_gap(Time now);
    void after_silence(Time now, Duration silent);
    void on_join_timer(Time now);
    void on_report_timer(Time now);
    void check(Time now);
    void check_transfer(Time now);
    [[nodiscard]] bool nobody_answers(Time now) const;

    ReceiverParts& parts_;
    RequestSchedule& requests_;
    ReceiverEnding& ending_;
    OfferIntake& offers_;
};

}  // namespace mcast::protocol
