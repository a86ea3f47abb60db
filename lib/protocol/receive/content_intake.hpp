// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "protocol/receive/receiver_ending.hpp"
#include "protocol/receive/receiver_parts.hpp"
#include "protocol/receive/request_schedule.hpp"

namespace mcast::protocol {

/// Content and its digests as they come in, up to the finished file. The others outlive it.
class ContentIntake {
  public:
    ContentIntake(ReceiverParts& parts, RequestSchedule& requests, ReceiverEnding& ending)
        : parts_(parts), requests_(requests), ending_(ending) {}

    /// The sender has begun.
    void start(Time now);
    Placement on_data(Time now, const wire::Data& data);
    void on_digests(const wire::Digests& digests);
    /// Content that is not sent.
    void on_zeros(Time now, const wire::Zeros& message);
    /// An offer tells the size of the stream, wire::Offer::kUnknownSize while it goes on.
    void on_stream_size(Time now, std::uint64_t size);
    /// The driver has compared the chunk with its digest.
    void on_verdict(Time now, std::uint32_t chunk, bool good);
    /// Content below `offset` has left an ordered output.
    void on_released(ByteCount offset);
    /// The sender has repeated our challenge: its content is taken from now on.
    void on_confirmed(Time now);

  private:
    void on_new_data(Time now, std::uint32_t block);
    void on_complete(Time now, std::size_t repaired);
    void check_finish();

    ReceiverParts& parts_;
    RequestSchedule& requests_;
    ReceiverEnding& ending_;
};

}  // namespace mcast::protocol
