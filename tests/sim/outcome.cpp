// SPDX-License-Identifier: MIT
#include "sim/outcome.hpp"

#include <algorithm>
#include <chrono>

#include "sim/bound.hpp"

namespace mcast::sim {
namespace {

constexpr Duration kLongest = std::chrono::hours(2);

bool special(const Scenario& scenario, std::size_t index) {
    return std::ranges::any_of(scenario.specials,
                               [&](const Special& s) { return s.receiver == index; });
}

double bound_of(const Scenario& scenario) {
    const fec::BlockPartition blocks(scenario.size, scenario.segment, scenario.block);
    if (blocks.block_count() == 0 || scenario.receivers == 0) return 1;
    const unsigned k = blocks.longest_block();
    return least_packets(k, scenario.down.loss, scenario.receivers) / k;
}

// The slowest receiver's share of the object at that time, and TCP's bytes.
void from_samples(const Simulation& simulation, Outcome& out, double begin, double end) {
    const double size = 8 * static_cast<double>(simulation.scenario().size);
    double at_one = -1;
    double ours = 0;
    double theirs = 0;
    double samples = 0;
    for (const Sample& s : simulation.samples()) {
        if (at_one < 0 && s.seconds >= begin + 1) at_one = s.slowest;
        out.queue_ms = std::max(out.queue_ms, 1000 * s.queue_s);
        if (s.seconds < begin + 2 || s.seconds > end) continue;
        ours += s.sent_bps;
        theirs += s.tcp_bps;
        samples += 1;
    }
    if (at_one >= 0 && at_one < 1 && end > begin + 1)
        out.steady_bps = size * (1 - at_one) / (end - begin - 1);
    else
        out.steady_bps = out.goodput_bps;
    if (ours + theirs > 0) out.tcp_share = theirs / (ours + theirs);
    if (samples > 0) out.tcp_bps = theirs / samples;
}

void fill(Simulation& simulation, Outcome& out) {
    const Scenario& scenario = simulation.scenario();
    const Totals& totals = simulation.totals();
    Trunk& trunk = simulation.trunk();
    const Time started = trunk.started_at.value_or(simulation.now());
    Time whole = started;
    Time others = started;
    for (std::size_t i = 0; i < simulation.receivers().size(); ++i) {
        const Node& node = simulation.receivers()[i];
        out.failed += !node.ended || node.error;
        whole = std::max(whole, node.whole);
        if (!special(scenario, i)) others = std::max(others, node.whole);
    }
    const auto since = [&](Time at) { return to_seconds(at - started); };
    const double size = static_cast<double>(std::max<ByteCount>(scenario.size, 1));
    out.seconds = since(whole);
    out.others_seconds = since(others);
    out.session_seconds = since(trunk.ended ? trunk.ended_at : simulation.now());
    out.sent = static_cast<double>(totals.data_packets) * scenario.segment / size;
    out.bound = bound_of(scenario);
    out.feedback = static_cast<double>(totals.up_bytes) / size;
    out.feedback_fixed = static_cast<double>(totals.up_bytes_fixed) / size;
    out.feedback_running = static_cast<double>(totals.up_bytes_running) / size;
    out.nacks = simulation.sender().stats().nacks;
    out.burst = totals.most_up_packets;
    const double rtt = to_seconds(scenario.down.delay + scenario.up.delay);
    if (trunk.last_data()) out.repair_rtts = to_seconds(whole - *trunk.last_data()) / rtt;
    out.goodput_bps = out.seconds > 0 ? 8 * size / out.seconds : 0;
    const double wire = static_cast<double>(totals.down_bytes + 42 * totals.down_packets);
    out.wire_bps = out.seconds > 0 ? 8 * wire / out.seconds : 0;
    from_samples(simulation, out, to_seconds(simulation.since_begin(started)),
                 to_seconds(simulation.since_begin(whole)));
    if (scenario.link.bps() > 0) out.link_use = out.steady_bps / scenario.link.bps();
}

}  // namespace

Outcome run(const Scenario& scenario, std::vector<Sample>* samples, Recording* recording) {
    const auto began = std::chrono::steady_clock::now();
    Simulation simulation(scenario);
    simulation.run(kLongest);
    Outcome out;
    out.name = scenario.name;
    out.verdict = simulation.verdict();
    out.seed = scenario.seed;
    out.receivers = scenario.receivers;
    out.loss = scenario.down.loss;
    fill(simulation, out);
    if (samples != nullptr) *samples = simulation.samples();
    if (recording != nullptr) *recording = simulation.trunk().recording();
    out.wall_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return out;
}

void print_head(std::FILE* out) {
    std::fprintf(
        out, "%-28s %6s %6s %7s %7s %7s %6s %6s %6s %7s %6s %7s %8s %8s %8s %5s %5s %6s %5s  %s\n",
        "scenario", "N", "loss%", "sent", "bound", "/bound", "fb%", "fixed%", "ip%", "nacks",
        "burst", "rtts", "seconds", "session", "Mbit/s", "use%", "tcp%", "queue", "wall",
        "verdict");
}

void print_row(std::FILE* out, const Outcome& o) {
    std::fprintf(
        out,
        "%-28s %6zu %6.2f %7.4f %7.4f %7.4f %6.3f %6.3f %6.3f %7llu %6llu %7.2f %8.3f %8.3f "
        "%8.1f %5.1f %5.1f %6.1f %5.1f  %s\n",
        o.name.c_str(), o.receivers, 100 * o.loss, o.sent, o.bound, o.sent / o.bound,
        100 * o.feedback, 100 * o.feedback_fixed, 100 * o.feedback_running,
        static_cast<unsigned long long>(o.nacks), static_cast<unsigned long long>(o.burst),
        o.repair_rtts, o.seconds, o.session_seconds, o.steady_bps / 1e6, 100 * o.link_use,
        100 * o.tcp_share, o.queue_ms, o.wall_seconds, o.verdict.c_str());
    std::fflush(out);
}

void print_json(std::FILE* out, const std::vector<Outcome>& outcomes) {
    std::fprintf(out, "[");
    const char* separator = "\n";
    for (const Outcome& o : outcomes) {
        std::string verdict = o.verdict;
        std::ranges::replace(verdict, '"', '\'');
        std::fprintf(
            out,
            "%s{\"scenario\":\"%s\",\"seed\":%llu,\"receivers\":%zu,\"loss\":%g,\"sent\":%.5f,"
            "\"bound\":%.5f,\"feedback\":%.6f,\"feedback_fixed\":%.6f,\"feedback_running\":%.6f,"
            "\"nacks\":%llu,"
            "\"burst\":%llu,\"repair_rtts\":%.3f,\"seconds\":%.6f,\"others_seconds\":%.6f,"
            "\"session_seconds\":%.6f,\"goodput_bps\":%.0f,\"steady_bps\":%.0f,\"wire_bps\":%.0f,"
            "\"link_use\":%.4f,\"tcp_share\":%.4f,\"tcp_bps\":%.0f,\"queue_ms\":%.3f,\"failed\":%"
            "zu,"
            "\"wall_seconds\":%.2f,\"verdict\":\"%s\"}",
            separator, o.name.c_str(), static_cast<unsigned long long>(o.seed), o.receivers, o.loss,
            o.sent, o.bound, o.feedback, o.feedback_fixed, o.feedback_running,
            static_cast<unsigned long long>(o.nacks), static_cast<unsigned long long>(o.burst),
            o.repair_rtts, o.seconds, o.others_seconds, o.session_seconds, o.goodput_bps,
            o.steady_bps, o.wire_bps, o.link_use, o.tcp_share, o.tcp_bps, o.queue_ms, o.failed,
            o.wall_seconds, verdict.c_str());
        separator = ",\n";
    }
    std::fprintf(out, "\n]\n");
}

}  // namespace mcast::sim
