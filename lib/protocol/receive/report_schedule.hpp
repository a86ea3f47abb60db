// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/rng.hpp"
#include "base/time.hpp"
#include "protocol/receive/sender_view.hpp"

namespace mcast::protocol {

/// How often a receiver reports: as often as the sender asks all to, and more often while the rate
/// follows this one.
class ReportSchedule {
  public:
    /// The sender has said whether the rate follows this receiver.
    void on_state(Time now, bool reporter);
    /// The interval, or what it depends on, was told anew. A report is planned for `planned`, or
    /// none is: when it is due now; nothing when that stays.
    [[nodiscard]] std::optional<Time> plan(Time now, std::optional<Time> planned,
                                           const SenderView& sender, Rng& rng);
    /// A report is due now: the next one is then.
    [[nodiscard]] Time next(Time now, const SenderView& sender, Rng& rng);

  private:
    [[nodiscard]] Duration interval(Time now, const SenderView& sender) const;

    Duration interval_{};    // that the report at hand was planned by
    Time reporter_until_{};  // the rate follows this receiver
};

}  // namespace mcast::protocol
