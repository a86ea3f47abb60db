// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mcast/options.hpp>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/trace.hpp"
#include "base/units.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/send/errors.hpp"

namespace mcast::protocol {

struct SenderConfig {
    NodeId node{};
    InstanceId instance{};
    std::uint32_t transfer = 0;  ///< identifies this transfer in offers and joins
    ObjectParams object;
    DigestParams digest;
    std::size_t envelope = 0;                ///< bytes that sealing adds to each packet
    ByteCount buffer = 0;                    ///< of a stream: what is kept for repairs at most
    std::optional<ByteCount> size_hint;      ///< that a stream will probably have: for progress
    std::optional<ByteCount> stored;         ///< what the content takes on its disk, if known
    std::string name;                        ///< offered, and the INFO content: at most 255 bytes
    std::string host;                        ///< at most 64 bytes
    std::string meta;                        ///< at most 512 bytes
    bool plain = false;                      ///< serves and waits for plain NORM receivers, too
    std::uint32_t begin_with = 1;            ///< receivers to begin with
    std::optional<Duration> start_after;     ///< or begin then with who is there, at least one
    std::optional<DataRate> rate;            ///< empty: auto
    std::optional<double> proactive_parity;  ///< sent unasked, part of the source; empty: auto
    std::vector<std::string> expect;         ///< hosts to begin with, and that must have it all
    SlowPolicy on_slow;                      ///< what to do about a slow receiver
    std::optional<Duration> waiting_limit;   ///< give up waiting to begin
    Duration progress_limit = std::chrono::seconds(30);  ///< give a receiver up that stands still
    Duration initial_grtt = std::chrono::milliseconds(2);
    /// Puts a failure of the session into words, which its receivers are told. Null: only an error
    /// of the driver has words.
    std::string (*end_text)(const SessionError&) = nullptr;
    trace::Trace trace;  ///< of what it does
};

}  // namespace mcast::protocol
