// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/trace.hpp"
#include "base/units.hpp"
#include "protocol/send/sender.hpp"

namespace mcast::sim {

/// A way through the network, one direction.
struct Path {
    double loss = 0;   ///< part of the packets that are lost
    double burst = 1;  ///< mean packets lost in a row: above 1 by a Gilbert-Elliott chain
    Duration delay = std::chrono::microseconds(100);
    Duration jitter{};  ///< uniform on top of the delay: more than a packet's time reorders
    double duplicate = 0;
    double corrupt = 0;  ///< a byte is changed (as if UDP's checksum had missed it)
};

/// A link takes packets one after the other; before it there is room for `queue` bytes.
struct LinkSpec {
    DataRate rate;  ///< 0: no limit
    ByteCount queue = 256 << 10;
    struct Change {
        Duration at{};  ///< after the beginning of the simulation
        DataRate rate;
    };
    std::vector<Change> changes;  ///< ascending
};

/// Nothing comes through from `begin` until `end`, both after the beginning of the simulation.
struct Outage {
    Duration begin{};
    Duration end{};
    /// What a receiver says meanwhile is not lost but waits for the end, as where the address of
    /// the next hop has to be asked for first.
    bool delays = false;
};

/// What sets one receiver apart from the others.
struct Special {
    std::size_t receiver = 0;
    std::optional<double> loss;
    LinkSpec link;                    ///< its own, behind the sender's
    DataRate disk;                    ///< 0: no limit
    DataRate reader;                  ///< of its output, where that has a window; 0: no limit
    std::optional<ByteCount> window;  ///< its own
    Duration joins{};                 ///< after the beginning
    std::optional<Duration> dies;     ///< silent from then on
    std::vector<Outage> outages;
    /// Its process is stopped meanwhile: what comes waits in a socket of 16 MiB.
    std::vector<Outage> pauses;
};

/// The content is a stream, which its producer writes piece by piece, if there is room.
struct StreamSpec {
    struct Write {
        Duration at{};        ///< after the beginning of the simulation
        ByteCount up_to = 0;  ///< offset in the stream
    };
    ByteCount buffer = 1 << 20;  ///< of the sender, for what is not released yet
    std::vector<Write> writes;   ///< ascending, and up to the size; empty: all at the beginning
};

struct Scenario {
    std::string name = "given";
    trace::Trace trace_sender;
    trace::Trace trace_receiver;  ///< the first
    ByteCount size = 100'000;
    std::optional<StreamSpec> stream;
    std::vector<protocol::ByteRange>
        zeros;                     ///< ascending parts of the content; the sender looks for them
    std::optional<DataRate> scan;  ///< at which a file is looked at for them; empty: at once
    std::uint16_t segment = 1000;
    std::uint16_t block = 64;
    std::uint16_t parity = 64;
    wire::FecId fec_id = wire::FecId::rs8;
    std::uint32_t chunk = 64 << 10;
    std::size_t receivers = 1;
    Path down;                                     ///< to each receiver
    Path up;                                       ///< from each receiver
    DataRate link = DataRate::bits_per_second(0);  ///< of the sender's interface; 0: no limit
    ByteCount queue = 256 << 10;                   ///< before it
    std::vector<LinkSpec::Change> link_changes;
    std::vector<Outage> outages;  ///< of the sender's link, both directions
    std::vector<Special> specials;
    Duration join_spread{};  ///< receivers appear evenly within it
    /// A TCP flow (CUBIC) through the sender's link, from `tcp_at` on; its round trip without
    /// queue.
    std::optional<Duration> tcp_rtt;
    Duration tcp_at{};
    std::size_t tcp_flows = 1;
    std::optional<DataRate> rate = DataRate::bits_per_second(100e6);
    /// Parity sent unasked, as a part of the source; empty: as the loss wants it.
    std::optional<double> proactive = 0;
    SlowPolicy on_slow;
    std::uint32_t begin_with = 0;  ///< 0: all receivers
    bool content = true;           ///< false: zeros are sent, nothing is stored or decoded
    std::optional<ByteCount> window;
    Duration progress_limit = std::chrono::seconds(30);
    std::optional<Duration> waiting_limit;
    Duration sampling{};   ///< 0: no time series
    unsigned threads = 1;  ///< the outcome does not depend on it
    std::uint64_t seed = 1;
};

}  // namespace mcast::sim
