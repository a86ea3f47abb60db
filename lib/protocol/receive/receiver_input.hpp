// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/receive/content_intake.hpp"
#include "protocol/receive/offer_intake.hpp"
#include "protocol/receive/receiver_action.hpp"
#include "protocol/receive/receiver_clock.hpp"
#include "protocol/receive/states_intake.hpp"

namespace mcast::protocol {

/// Passes each message that a receiver gets to the part that takes it. The others outlive it.
class ReceiverInput {
  public:
    ReceiverInput(ReceiverParts& parts, RequestSchedule& requests, OfferIntake& offers,
                  ContentIntake& content, StatesIntake& states, ReceiverClock& clock)
        : parts_(parts),
          requests_(requests),
          offers_(offers),
          content_(content),
          states_(states),
          clock_(clock) {}

    Handled handle(Time now, Bytes datagram, const Origin& from);

  private:
    template <typename Message>
    bool from_sender(Time now, const Message& message, const Origin& from);
    template <typename Message>
    [[nodiscard]] bool sender_moved(Time now, const Message& message) const;
    void on_sender_fields(Time now, const wire::SenderFields& fields);
    void on_message(Time now, const wire::Message& message);
    void on_application(Time now, Bytes payload);
    void on_offer(Time now, const wire::Offer& offer);
    void on_flush(Time now, const wire::CmdFlush& flush);
    void on_probe(const wire::CmdCc& probe);
    void on_repair_adv(Time now, const wire::CmdRepairAdv& repair_adv);

    ReceiverParts& parts_;
    RequestSchedule& requests_;
    OfferIntake& offers_;
    ContentIntake& content_;
    StatesIntake& states_;
    ReceiverClock& clock_;
};

}  // namespace mcast::protocol
