// SPDX-License-Identifier: MIT
// Runs named or given scenarios in the simulated network: see scripts/simulate.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "control/trace_json.hpp"
#include "sim/outcome.hpp"
#include "sim/scenarios.hpp"

namespace {

using namespace mcast::sim;
namespace trace = mcast::trace;

struct Request {
    std::vector<Scenario> rows;
    std::vector<std::string> settings;
    std::string series;  // file for the time series
    std::string record;  // file for what the sender did
    std::string trace;   // file for the events of the sender and the first receiver
    std::string only;
    std::uint64_t seed = 1;
    int seeds = 1;
    bool json = false;
    bool help = false;
};

void usage(std::FILE* out) {
    std::fprintf(out,
                 "usage: simulate [NAME...] [KEY=VALUE...] [--only TEXT] [--seed N] [--seeds N] "
                 "[--json] [--series FILE] [--record FILE] [--trace FILE]\n\nnamed scenarios:\n");
    for (const Named& named : named_scenarios())
        std::fprintf(out, "  %-18s %s (%zu rows)\n", named.name.c_str(), named.what.c_str(),
                     named.rows.size());
    std::fprintf(out, "\nsettings, of a scenario of its own or over those of a named one:\n%s",
                 settings_help().c_str());
}

bool take_word(Request& request, const std::string& word) {
    for (const Named& named : named_scenarios()) {
        if (named.name != word) continue;
        request.rows.insert(request.rows.end(), named.rows.begin(), named.rows.end());
        return true;
    }
    request.settings.push_back(word);
    Scenario scratch;
    return apply_setting(scratch, word);
}

bool parse(int argc, char** argv, Request& request) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool more = i + 1 < argc;
        if (word == "--json")
            request.json = true;
        else if (word == "--help")
            request.help = true;
        else if (word == "--seed" && more)
            request.seed = std::strtoull(argv[++i], nullptr, 10);
        else if (word == "--seeds" && more)
            request.seeds = std::atoi(argv[++i]);
        else if (word == "--only" && more)
            request.only = argv[++i];
        else if (word == "--series" && more)
            request.series = argv[++i];
        else if (word == "--record" && more)
            request.record = argv[++i];
        else if (word == "--trace" && more)
            request.trace = argv[++i];
        else if (!take_word(request, word))
            return std::fprintf(stderr, "simulate: what is '%s'?\n", word.c_str()), false;
    }
    if (request.rows.empty()) request.rows.push_back(large());
    for (Scenario& row : request.rows) {
        for (const std::string& setting : request.settings) (void)apply_setting(row, setting);
        if (!request.series.empty() && row.sampling == mcast::Duration::zero())
            row.sampling = std::chrono::milliseconds(20);
    }
    return true;
}

bool write_series(const std::string& file, const std::vector<Sample>& samples) {
    std::FILE* out = std::fopen(file.c_str(), "w");
    if (out == nullptr) return std::perror(file.c_str()), false;
    std::fprintf(out, "# seconds rate sent tcp feedback queue slowest fastest\n");
    for (const Sample& s : samples)
        std::fprintf(out, "%.4f %.0f %.0f %.0f %.0f %.6f %.5f %.5f\n", s.seconds, s.rate_bps,
                     s.sent_bps, s.tcp_bps, s.feedback_bps, s.queue_s, s.slowest, s.fastest);
    return std::fclose(out) == 0;
}

void write_recording(std::FILE* out, const Scenario& scenario, const Recording& recording) {
    std::fprintf(out, "== %s, %zu receivers, seed %llu: %llu packets, hash %016llx\n",
                 scenario.name.c_str(), scenario.receivers,
                 static_cast<unsigned long long>(scenario.seed),
                 static_cast<unsigned long long>(recording.packets()),
                 static_cast<unsigned long long>(recording.hash()));
    for (const Recording::Change& change : recording.rates())
        std::fprintf(out, "%lld %.17g\n",
                     static_cast<long long>(change.at.time_since_epoch().count()), change.bps);
}

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

// The sender runs before the receivers of each window: they never write at the same time.
class TraceOut {
  public:
    explicit TraceOut(std::FILE* out) : out_(out) {}
    trace::Trace sender() { return trace::Trace(&sender_); }
    trace::Trace receiver() { return trace::Trace(&receiver_); }

  private:
    struct Core final : trace::Sink {
        Core(TraceOut& all, std::string_view name) : out(all), who(name) {}
        void record(mcast::Time now, const trace::Event& event) override {
            out.write(now, event, who);
        }
        TraceOut& out;
        std::string_view who;
    };
    void write(mcast::Time now, const trace::Event& event, std::string_view who) {
        text_.clear();
        json_.append(text_, now, event, who);
        std::fwrite(text_.data(), 1, text_.size(), out_);
    }

    std::FILE* out_;
    mcast::control::TraceJson json_{"network"};
    std::string text_;
    Core sender_{*this, "sender"};
    Core receiver_{*this, "receiver 1"};
};

// Into the request's files. False: one cannot be written.
bool run_traced(const Request& request, Scenario scenario, std::vector<Sample>& samples,
                Recording& recording, std::vector<Outcome>& outcomes) {
    if (request.trace.empty()) return outcomes.push_back(run(scenario, &samples, &recording)), true;
    const File file(std::fopen(request.trace.c_str(), "w"));
    if (!file) return std::perror(request.trace.c_str()), false;
    TraceOut trace(file.get());
    scenario.trace_sender = trace.sender();
    scenario.trace_receiver = trace.receiver();
    outcomes.push_back(run(scenario, &samples, &recording));
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Request request;
    if (!parse(argc, argv, request)) return usage(stderr), 2;
    if (request.help) return usage(stdout), 0;
    std::vector<Outcome> outcomes;
    std::vector<Sample> samples;
    Recording recording;
    const File record(request.record.empty() ? nullptr : std::fopen(request.record.c_str(), "w"));
    if (!request.record.empty() && !record) return std::perror(request.record.c_str()), 1;
    if (!request.json) {
        std::printf("seed %llu\n", static_cast<unsigned long long>(request.seed));
        print_head(stdout);
    }
    for (const Scenario& row : request.rows) {
        if (row.name.find(request.only) == std::string::npos) continue;
        for (int n = 0; n < request.seeds; ++n) {
            Scenario scenario = row;
            scenario.seed = request.seed + static_cast<std::uint64_t>(n);
            if (!run_traced(request, scenario, samples, recording, outcomes)) return 1;
            if (record) write_recording(record.get(), scenario, recording);
            if (!request.json) print_row(stdout, outcomes.back());
        }
    }
    if (request.json) print_json(stdout, outcomes);
    if (!request.series.empty() && !write_series(request.series, samples)) return 1;
    return 0;
}
