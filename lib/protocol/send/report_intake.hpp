// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/sender_clock.hpp"

namespace mcast::protocol {

/// Takes the reports of receivers: how far each is, how much comes through to it, how far it can
/// take new data, and its outcome. The parts and the clock outlive it.
class ReportIntake {
  public:
    ReportIntake(SenderParts& parts, SenderClock& clock) : parts_(parts), clock_(clock) {}

    void on_report(Time now, Member& member, const wire::Report& report);
    /// The receiver says that it has verified the whole, and that its digest is `root`.
    void on_verified(Time now, Member& member, Bytes root);

  private:
    [[nodiscard]] rate::Sample sample_of(Time now, const Member& member,
                                         const wire::Report& report) const;
    void take_counters(Time now, Member& member, const wire::Report& report);
    void take_done(Member& member, ByteCount done);
    void take_window(Member& member, ByteCount end);
    void take_progress(Time now, Member& member);
    [[nodiscard]] LimitedBy cause_of(const Member& member, const rate::Sample& sample) const;

    SenderParts& parts_;
    SenderClock& clock_;
};

}  // namespace mcast::protocol
