// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/admission.hpp"
#include "protocol/send/repair_intake.hpp"
#include "protocol/send/report_intake.hpp"
#include "protocol/send/strangers.hpp"

namespace mcast::protocol {

/// Gives each message that comes in at the sender to the part that takes it. The parts and the
/// clock outlive it.
class SenderInput {
  public:
    SenderInput(SenderParts& parts, SenderClock& clock);

    void handle(Time now, Bytes datagram, const Origin& from);

  private:
    void on_nack(Time now, const wire::Nack& nack, const Origin& from);
    void on_private(Time now, const wire::NormReport& message, const Origin& from);
    void on_ack(Time now, const wire::Ack& ack, const Origin& from);
    void on_plain(Time now, const wire::Ack& ack, const Origin& from);
    void on_watermark(Time now, Member& member, const wire::PayloadId& watermark);
    [[nodiscard]] bool has_all(const wire::PayloadId& watermark) const;
    void on_congestion(Member& member, double loss);

    SenderParts& parts_;
    SenderClock& clock_;
    Admission admission_;
    RepairIntake repairs_;
    ReportIntake reports_;
    Strangers strangers_;
};

}  // namespace mcast::protocol
