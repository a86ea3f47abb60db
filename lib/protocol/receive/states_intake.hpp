// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/receive/receiver_ending.hpp"
#include "protocol/receive/receiver_parts.hpp"
#include "protocol/receive/request_schedule.hpp"

namespace mcast::protocol {

/// Takes what the sender says of this receiver: that it counts it, waits for it, gave it up or has
/// ended. The others outlive it.
class StatesIntake {
  public:
    StatesIntake(ReceiverParts& parts, RequestSchedule& requests, ReceiverEnding& ending)
        : parts_(parts), requests_(requests), ending_(ending) {}

    void on_states(Time now, const wire::ReceiverStates& states);
    void on_end(const wire::End& end);
    /// A report is planned anew when its interval may be another one.
    void plan_report(Time now);

  private:
    void on_refused(Time now, const wire::ReceiverStates& states);
    void on_counted(Time now, wire::ReceiverState state);
    void on_final(const wire::ReceiverStates& states);
    void draw_node(Time now);

    ReceiverParts& parts_;
    RequestSchedule& requests_;
    ReceiverEnding& ending_;
};

}  // namespace mcast::protocol
