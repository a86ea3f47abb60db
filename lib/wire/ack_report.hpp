// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/private_head.hpp"

namespace mcast::wire {

enum class ReportState : std::uint8_t { in_progress = 0, verified = 1, failed = 2 };

/// Report, in an ACK of type 17: how far a receiver is, and what holds it up. Counters run from its
/// join; rates are over the time between two reports, by the receiver's own clock.
///
///    4  transfer (32)
///    8  state (8)  phase (8)  error (16): of the error table, 0: none
///   12  clock (64): the receiver's, microseconds from any origin, when this was made
///   20  packets_received (64)
///   28  packets_expected (64): by the sender's sequence numbers
///   36  bytes_received (64): payload of DATA, as it came
///   44  bytes_done (64): different bytes of the object that it holds
///   52  rate (64), bits per second
///   60  host_drops (32): datagrams that its socket had no room for
///   64  backlog (32): bytes waiting for the disk
///   68  backlog_limit (32): most that may wait
///   72  loss (16), in 1/65535, smoothed
///   74  sequence (16): highest of the sender's that was heard, so that it knows which of its
///       packets the counters speak of
///   76  repaired (32): symbols mended
///   80  nacks (32): messages sent
///   84  window_end (64): offset in the object from which on it can take nothing yet, because its
///       output is written in order; all ones: it takes everything
///   92  digest of the whole, when verified: length (8) 0, 16 or 32, bytes
///    .. message, when failed: length (16), text
struct Report {
    static constexpr std::uint64_t kNoWindow = UINT64_MAX;

    std::uint32_t transfer = 0;
    ReportState state = ReportState::in_progress;
    std::uint8_t phase = 0;  ///< the number of mcast::Phase
    std::uint16_t error = 0;
    std::uint64_t clock_us = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t packets_expected = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_done = 0;
    std::uint64_t rate_bps = 0;
    std::uint32_t host_drops = 0;
    std::uint32_t backlog = 0;
    std::uint32_t backlog_limit = 0;
    std::uint16_t loss = 0;
    std::uint16_t sequence = 0;
    std::uint32_t repaired = 0;
    std::uint32_t nacks = 0;
    std::uint64_t window_end = kNoWindow;
    Bytes digest{};
    std::string_view message{};

    /// Error bad_value for an unknown state or a digest of another length.
    [[nodiscard]] static Parsed<Report> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
