// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "sim/simulation.hpp"

namespace mcast::sim {

/// What came of a run, in figures.
struct Outcome {
    std::string name;
    std::string verdict;
    std::uint64_t seed = 0;
    std::size_t receivers = 0;
    double loss = 0;
    double seconds = 0;           ///< from the first data until the last receiver had verified
    double session_seconds = 0;   ///< until the sender had heard so from all
    double sent = 0;              ///< DATA packets per source symbol
    double bound = 0;             ///< least that is possible with independent loss
    double feedback = 0;          ///< bytes that reached the sender per byte of the object
    double feedback_fixed = 0;    ///< of it joins and final reports: two messages a receiver
    double feedback_running = 0;  ///< since data flows, with 28 bytes of headers a message
    std::uint64_t nacks = 0;
    std::uint64_t burst = 0;    ///< most feedback messages within 10 ms
    double repair_rtts = 0;     ///< from the end of the first pass until the last was whole
    double goodput_bps = 0;     ///< of the last receiver, over all
    double steady_bps = 0;      ///< the same after the first second
    double wire_bps = 0;        ///< sent, over the whole
    double link_use = 0;        ///< steady goodput per link rate; 0: no link
    double tcp_share = 0;       ///< of what both delivered while both ran
    double tcp_bps = 0;         ///< what all its flows got meanwhile
    double queue_ms = 0;        ///< greatest at the sender's link
    std::size_t failed = 0;     ///< receivers
    double others_seconds = 0;  ///< until the last of those with nothing special had verified
    double wall_seconds = 0;
};

[[nodiscard]] Outcome run(const Scenario& scenario, std::vector<Sample>* samples = nullptr,
                          Recording* recording = nullptr);

void print_head(std::FILE* out);
void print_row(std::FILE* out, const Outcome& outcome);
void print_json(std::FILE* out, const std::vector<Outcome>& outcomes);

}  // namespace mcast::sim
