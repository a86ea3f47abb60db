// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mcast/error.hpp>

namespace mcast {

enum class Role : std::uint8_t { sender, receiver };

/// The state moves once, from in_progress to one of the others.
enum class State : std::uint8_t { in_progress, success, failure };

/// The phase refines in_progress; it is `ended` exactly when the state is final.
enum class Phase : std::uint8_t { waiting, transferring, verifying, finishing, ended };

/// The part that limits a receiver.
enum class LimitedBy : std::uint8_t { none, network, host, disk, gone };

/// The same more exactly: its link is slower than the others' or loses packets at any rate, its
/// disk or the reader of its output does not keep up, or its machine drops packets.
enum class Cause : std::uint8_t { link, loss, disk, reader, host };

/// How the sender chooses its rate: as asked, doubling until something is full, near what the
/// slowest receiver can take, below that until a queue is gone, sharing with another flow, or
/// trying a higher rate for a moment.
enum class RateMode : std::uint8_t { fixed, startup, steady, drain, compete, probe };

/// Why the rate is no higher: it was asked for, it has just begun, it grows; packets were lost, a
/// queue stood, another flow shares the link; a receiver's machine or disk is full, our own link is
/// full, there was little to send.
enum class RateReason : std::uint8_t {
    asked,
    start,
    growth,
    loss,
    queue,
    flow,
    receiver,
    link,
    idle
};

using WallTime = std::chrono::system_clock::time_point;

/// Counters of a session since its start; packets count as on the wire.
struct Stats {
    std::uint64_t packets = 0;          ///< DATA and INFO sent, or received
    std::uint64_t bytes = 0;            ///< UDP payload bytes of all packets sent, or received
    std::uint64_t lost = 0;             ///< receiver: gaps in the sender's sequence numbers
    std::uint64_t repaired = 0;         ///< sender: repair packets sent; receiver: symbols mended
    std::uint64_t nacks = 0;            ///< NACK messages received, or sent
    std::uint64_t dropped_by_host = 0;  ///< receiver: datagrams that the socket had no room for
    /// Datagrams that claim to belong to this session but do not: they come from another address
    /// than the sender or receiver that they name, or from a receiver that never joined.
    std::uint64_t foreign = 0;
    std::uint64_t malformed = 0;  ///< datagrams that are no message, or have impossible content
    /// The same by kind of error, only kinds that occurred. docs/status.md has the names.
    std::map<std::string, std::uint64_t> malformed_kinds;
    /// Datagrams that were not believed because of how they were sealed: with another secret or
    /// none, changed on the way, or heard before; without a secret, all that are sealed.
    std::uint64_t unopened = 0;
    /// The same by reason, only those that occurred. docs/status.md has the names.
    std::map<std::string, std::uint64_t> unopened_kinds;
    std::uint64_t refused = 0;   ///< sender: joins without a free place, or with a node id in use
    std::uint64_t unserved = 0;  ///< sender: requests of a receiver that had asked for too much
    friend bool operator==(const Stats&, const Stats&) = default;
};

/// A receiver as its sender sees it.
struct ReceiverStatus {
    std::string id;       ///< node id, 8 hex digits
    std::string host;     ///< as it names itself; empty for a plain NORM receiver
    std::string address;  ///< numeric, without port
    State state = State::in_progress;
    bool verified = false;  ///< it has verified the digests of the whole content
    bool attached = true;   ///< false: detached from pacing
    int percent = 0;        ///< progress, never falling; 100 exactly with success
    std::optional<Error> error;
    std::uint64_t bytes_done = 0;
    std::uint64_t rate_bps = 0;  ///< delivery rate
    double loss = 0;             ///< part of the packets lost on the way, 0 to 1
    LimitedBy limited_by = LimitedBy::none;
    std::optional<Cause> cause;
    double lag_s = 0;         ///< behind the sender's position
    double joined_s = 0;      ///< since it joined
    double report_age_s = 0;  ///< since its last report
    friend bool operator==(const ReceiverStatus&, const ReceiverStatus&) = default;
};

/// A snapshot of one session: the status contract (docs/status.md).
///
/// percent is 0 to 99 while in_progress, never falls, is 0 while neither the size nor an expected
/// one is known, and 100 exactly when the state is final, in success or in failure. error is set
/// exactly on failure.
struct Status {
    static constexpr int kVersion = 2;

    std::string session;  ///< 8 hex digits
    std::string name;     ///< what is transferred
    Role role = Role::sender;
    std::int64_t pid = 0;
    State state = State::in_progress;
    Phase phase = Phase::waiting;
    int percent = 0;
    std::optional<Error> error;
    std::optional<std::uint64_t> bytes_total;
    /// Bytes that the sender of a stream expects; gives percent while the size is unknown.
    std::optional<std::uint64_t> bytes_expected;
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_reached = 0;  ///< the most that bytes_done ever was; gives percent
    std::uint64_t rate_bps = 0;       ///< of file content, over the last second or so
    std::optional<double> eta_s;
    WallTime started{};
    std::optional<WallTime> ended;
    double elapsed_s = 0;
    std::string group;                ///< "239.255.77.77:7701"
    std::string interface;            ///< "eth0"
    std::optional<std::string> peer;  ///< receiver: the sender's address
    /// The sender's UDP port for feedback.
    std::optional<std::uint16_t> feedback_port;
    std::optional<std::string> meta;  ///< the sender's opaque text
    std::string waiting_for;          ///< a sentence while something is waited for, else empty
    Stats stats;
    // Sender only.
    std::uint64_t best_bytes_done = 0;                ///< bytes of the receiver that is farthest
    std::uint32_t receivers_wanted = 1;               ///< to begin with
    std::optional<std::uint32_t> receivers_at_start;  ///< the number at the beginning
    std::vector<std::string> missing;  ///< expected hosts that have not come, or do not have it
    std::vector<ReceiverStatus> receivers;
    std::optional<std::string> paced_by;    ///< id of a receiver in trouble that sets the pace
    std::optional<RateMode> rate_mode;      ///< while data flows
    std::optional<RateReason> rate_reason;  ///< with rate_mode
    // With success only.
    std::optional<std::string> path;    ///< receiver: path of the file
    std::optional<std::string> digest;  ///< "xxh3-128:<hex>" over the chunk digests
    friend bool operator==(const Status&, const Status&) = default;
};

}  // namespace mcast
