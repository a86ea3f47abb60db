// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/private/digest_algorithm.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

enum class ReportState : std::uint8_t { in_progress = 0, verified = 1, failed = 2 };

/// Report, in a NORM_REPORT: the progress of a receiver, and its obstacles. Counters run from its
/// join. Fields that are seldom needed are there only if `parts` says so, in this order.
///
///    4  transfer (32)
///    8  echo (32): the GRTT response, microseconds modulo 2^32; 0: none
///   12  state (8)  parts (8)  sequence (16): highest of the sender's that was heard, so that it
///       knows which of its packets the counters speak of
///   16  loss (16), in 1/65535, smoothed  rate (16): of file content, as quantize_rate()
///   20  packets_received (48)  packets_expected (48): by the sender's sequence numbers
///   32  bytes_done (48): different bytes of the object that it holds
///   38  0x01: host_drops (32): datagrams that its socket had no room for
///    .. 0x02: backlog (32): bytes waiting for the disk  backlog_limit (32): most that may wait
///    .. 0x04: window_end (48): offset in the object from which on it can take nothing yet, because
///       its output is written in order
///    .. 0x08: error (16): of the error table  message: length (16), text
///    .. 0x10: root: width (8), bytes; with the state verified
///    .. 0x20: no bytes: all content is written, and a program that has read it has yet to end
struct Report {
    static constexpr std::uint64_t kNoWindow = UINT64_MAX;
    static constexpr std::uint64_t kMost48 = (std::uint64_t{1} << 48) - 1;

    std::uint32_t transfer = 0;
    std::uint32_t echo = 0;
    ReportState state = ReportState::in_progress;
    std::uint16_t sequence = 0;
    std::uint16_t loss = 0;
    std::uint16_t rate = 0;
    std::uint64_t packets_received = 0;  ///< 48 bits, like the next two
    std::uint64_t packets_expected = 0;
    std::uint64_t bytes_done = 0;
    std::uint32_t host_drops = 0;
    std::uint32_t backlog = 0;
    std::uint32_t backlog_limit = 0;  ///< 0: no disk to wait for
    std::uint64_t window_end = kNoWindow;
    bool reader_at_work = false;
    std::uint16_t error = 0;  ///< 0: none, and no message
    std::string_view message{};
    Bytes root{};  ///< none: no part

    /// Error bad_value for an unknown state.
    [[nodiscard]] static Parsed<Report> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
