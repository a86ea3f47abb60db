// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "protocol/receive/receiver_parts.hpp"
#include "protocol/receive/request_schedule.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

/// Writes the messages of a receiver: one at a time, of those that are due. The others outlive
/// it.
class ReceiverOutput {
  public:
    ReceiverOutput(ReceiverParts& parts, RequestSchedule& requests)
        : parts_(parts), requests_(requests) {}

    /// Fills `out` with what is due now; false: nothing is.
    [[nodiscard]] bool poll(Time now, Transmit& out);

  private:
    bool poll_nack(Time now, Transmit& out);
    void measure(Time now);
    [[nodiscard]] wire::ExtCc cc() const;
    [[nodiscard]] wire::Nack nack_to(Time now, NodeId sender, bool plain) const;
    [[nodiscard]] wire::Report report(Time now);
    std::size_t put_nack(MutableBytes out, Time now, const wire::Nack& nack);
    std::size_t put_info_request(MutableBytes out, Time now);
    std::size_t put_ack(MutableBytes out, Time now, std::uint8_t type, Bytes payload);
    std::size_t put_watermark(MutableBytes out, Time now);
    template <typename Message>
    std::size_t put_reply(MutableBytes out, Time now, Message message);
    std::size_t put_join(MutableBytes out, Time now);
    std::size_t put_report(MutableBytes out, Time now);
    std::size_t put_digest_request(MutableBytes out, Time now);

    ReceiverParts& parts_;
    RequestSchedule& requests_;
};

}  // namespace mcast::protocol
