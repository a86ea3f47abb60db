// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <mcast/status.hpp>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

/// Events of the cores, for a watcher: plain values, and texts that are valid only during the call.
/// docs/trace.md describes each event.
namespace mcast::trace {

/// A run of packets of equal kind left.
struct PacketsSent {
    std::string_view kind;  ///< data, repair, or the message's name
    std::uint64_t packets = 0;
    ByteCount bytes = 0;  ///< of the datagrams
    /// The first symbol; one at the block's length or beyond is parity.
    std::optional<std::uint32_t> block;
    std::optional<std::uint16_t> symbol;
};

/// A message of the other side was taken.
struct MessageHeard {
    std::string_view kind;
    NodeId node{};
    ByteCount bytes = 0;  ///< of the datagram
    std::optional<std::uint32_t> block;
    std::optional<std::uint16_t> symbol;
};

/// A datagram was dropped.
struct PacketDropped {
    std::string_view reason;
    ByteCount bytes = 0;
};

/// `node` asked for repairs; at a receiver this is the receiver itself.
struct RepairRequested {
    NodeId node{};
    std::uint64_t ranges = 0;  ///< of blocks and symbols
    std::uint32_t block = 0;   ///< the first block that is asked for
};

/// An epoch of the rate control is over and was judged.
struct EpochJudged {
    double rate_bps = 0;  ///< in the epoch
    double sent_bps = 0;
    double next_bps = 0;  ///< from now on
    double delivered_fraction = 1;
    Duration rtt{};
    Duration queue{};
    bool congested = false;
    bool app_limited = false;
    RateMode mode = RateMode::startup;
    RateReason reason = RateReason::start;
};

/// The rate control changed its mode.
struct ModeChanged {
    RateMode from = RateMode::startup;
    RateMode to = RateMode::startup;
    RateReason reason = RateReason::start;
};

/// A core came to another stage of its transfer.
struct StageReached {
    std::string_view stage;   ///< offered, joined, started, unanswered, ended
    std::string_view reason;  ///< empty: none
};

/// The sender treats a receiver differently from now on.
struct ReceiverChanged {
    NodeId node{};
    std::string_view change;  ///< joined, rejoined, behind, back, success or failure
    std::string_view reason;  ///< empty: none
};

/// An offer was not taken.
struct OfferRefused {
    NodeId node{};
    std::uint32_t transfer = 0;
    std::string_view reason;
};

/// A chunk was compared with its digest.
struct ChunkVerified {
    std::uint32_t chunk = 0;
    bool good = false;
};

using Event = std::variant<PacketsSent, MessageHeard, PacketDropped, RepairRequested, EpochJudged,
                           ModeChanged, StageReached, ReceiverChanged, OfferRefused, ChunkVerified>;

class Sink {
  public:
    virtual void record(Time now, const Event& event) = 0;

  protected:
    ~Sink() = default;
};

/// Passes events to a sink, if there is one. `if (trace_) trace_(now, PacketsSent{...});` costs
/// only a look at a pointer if there is none.
class Trace {
  public:
    Trace() = default;
    explicit Trace(Sink* sink) : sink_(sink) {}

    explicit operator bool() const { return sink_ != nullptr; }
    void operator()(Time now, const Event& event) const {
        if (sink_ != nullptr) sink_->record(now, event);
    }

  private:
    Sink* sink_ = nullptr;
};

}  // namespace mcast::trace
