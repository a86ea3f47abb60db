// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "base/trace.hpp"

namespace mcast::control {

/// Traces in the format of qlog (draft-ietf-quic-qlog-main-schema, section 4.5): a JSON text
/// sequence (RFC 7464) of a header and one record for each event, with times in milliseconds since
/// `begin`.
class TraceJson {
  public:
    /// `vantage`: sender, receiver, or network.
    explicit TraceJson(std::string_view vantage) : vantage_(vantage) {}

    /// Appends the record; before the first one also the header. The first record's time is 0.
    /// `who` tells several cores of one trace apart; empty: there is one.
    void append(std::string& out, Time now, const trace::Event& event, std::string_view who = {});

  private:
    std::string vantage_;
    std::optional<Time> begin_;
};

}  // namespace mcast::control
