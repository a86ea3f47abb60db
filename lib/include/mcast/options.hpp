// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mcast {

enum class DigestAlgorithm : std::uint8_t { xxh3_128 = 1, sha256 = 2 };

/// The treatment of a receiver that is slower than the rest.
struct SlowPolicy {
    bool detach = false;          ///< false: wait for it
    std::uint64_t below_bps = 0;  ///< detach below this rate; 0: chosen from the others' rates
    bool drop = false;            ///< a detached receiver is given up, not caught up
    friend bool operator==(const SlowPolicy&, const SlowPolicy&) = default;
};

/// The network of a session; the same for both roles.
struct NetworkOptions {
    std::string group = "239.255.77.77";  ///< numeric IPv4 or IPv6 address
    std::uint16_t port = 7701;
    std::string interface;  ///< name or address; empty: by the route to the group
    int ttl = 1;
    bool offload = true;  ///< use UDP_SEGMENT and UDP_GRO where the system has them
    /// File with the secret of the group (mcast/key.hpp): all packets are sealed with it, and no
    /// others are taken. Empty: packets are plain.
    std::string key;
    friend bool operator==(const NetworkOptions&, const NetworkOptions&) = default;
};

struct SendOptions {
    NetworkOptions network;
    std::string path;             ///< a regular file, a block device, or "-" for standard input
    std::string exec;             ///< instead of a path: a shell command whose output is sent
    std::string name;             ///< of the offer; empty: the last part of the path, or "stdin"
    std::string meta;             ///< opaque text that is sent along, at most 512 bytes
    std::uint32_t receivers = 0;  ///< begin when so many have joined; 0: with the first
    /// Hosts to wait for at the beginning, which must all receive it; a name without a dot means
    /// any host with that first label. Case does not matter.
    std::vector<std::string> expect;
    std::optional<std::chrono::duration<double>> start_after;  ///< begin then with all who joined
    std::optional<std::uint64_t> rate_bps;                     ///< empty: auto
    std::optional<double> fec_percent;  ///< proactive parity, percent of source; empty: auto
    std::uint8_t fec_id = 5;            ///< 5 or 129
    std::uint16_t segment = 0;          ///< payload bytes of a packet; 0: as many as the MTU allows
    /// UDP port that receivers answer to; empty: the group's, or one of the fifteen above it.
    std::optional<std::uint16_t> feedback_port;
    DigestAlgorithm digest = DigestAlgorithm::xxh3_128;
    SlowPolicy on_slow;
    /// Bytes of a stream that are kept in memory, for repairs and for receivers that come late.
    std::uint64_t buffer = 64U << 20;
    /// Bytes that a stream will probably have: for progress alone; 0: not known.
    std::uint64_t size_hint = 0;
    /// Give up after so long without progress, while waiting to begin (default: never) and once
    /// running (default: 30 s).
    std::optional<std::chrono::duration<double>> timeout;
    /// NORM node id, unique on the network; empty: drawn at random.
    std::optional<std::uint32_t> node_id;
    bool plain = false;  ///< also serve plain NORM receivers, and wait for them
    std::string trace;   ///< file for a trace of the protocol (docs/trace.md); empty: none
    friend bool operator==(const SendOptions&, const SendOptions&) = default;
};

struct ReceiveOptions {
    NetworkOptions network;
    /// Folder, file, block device, or "-" for standard output; a relative path counts from the
    /// folder that the process is in when the session starts.
    std::string output = ".";
    bool overwrite = false;
    /// Instead of an output: a command for /bin/sh, which takes the content on its standard input.
    std::string exec;
    bool reread_partitions = false;  ///< the kernel reads the partition table of a device again
    std::string name;  ///< the name of the offer to take; empty: the first that is heard
    std::string host;  ///< the name that this machine reports; empty: its host name
    std::optional<std::chrono::duration<double>> timeout;  ///< as for the sender
    /// NORM node id, unique on the network; empty: drawn at random.
    std::optional<std::uint32_t> node_id;
    bool plain = false;  ///< also take a file from a plain NORM sender, which sends no digest
    std::string trace;   ///< file for a trace of the protocol (docs/trace.md); empty: none
    friend bool operator==(const ReceiveOptions&, const ReceiveOptions&) = default;
};

}  // namespace mcast
