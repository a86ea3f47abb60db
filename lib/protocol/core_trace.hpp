// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <mcast/status.hpp>

#include "base/bytes.hpp"
#include "base/trace.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

/// Traces the datagrams that come and go, for both cores alike. It parses them once more, so it is
/// used only if a trace is wanted.
class CoreTrace {
  public:
    explicit CoreTrace(trace::Trace trace) : trace_(trace) {}

    /// A datagram was handled; the counters before and after tell whether it was dropped or taken.
    void handled(Time now, Bytes datagram, const Stats& before, const Stats& after) const;
    /// A datagram or a run of packets goes out.
    void sent(Time now, const Transmit& out) const;

  private:
    trace::Trace trace_;
};

}  // namespace mcast::protocol
