// SPDX-License-Identifier: MIT
#include "sim/simulation.hpp"

#include <algorithm>

namespace mcast::sim {
namespace {

constexpr Duration kLongestWindow = std::chrono::milliseconds(10);
constexpr std::size_t kWorthThreads = 64;  // receivers

}  // namespace

Simulation::Simulation(Scenario scenario)
    : scenario_(std::move(scenario)),
      rng_(scenario_.seed),
      begin_(std::chrono::hours(1)),
      now_(begin_),
      window_(std::clamp<Duration>(scenario_.up.delay, Duration(1000), kLongestWindow)),
      content_(scenario_, rng_),
      trunk_(scenario_, content_, begin_, rng_) {
    for (std::size_t i = 0; i < scenario_.receivers; ++i)
        (void)add_receiver(scenario_.join_spread * static_cast<Duration::rep>(i) /
                           static_cast<Duration::rep>(scenario_.receivers));
    if (scenario_.threads > 1 && scenario_.receivers >= kWorthThreads && !scenario_.content)
        workers_ = std::make_unique<Workers>(scenario_.threads);
    if (scenario_.sampling > Duration::zero()) next_sample_ = begin_ + scenario_.sampling;
}

Simulation::~Simulation() = default;

Node& Simulation::add_receiver(Duration after) {
    return nodes_.emplace_back(scenario_, content_, nodes_.size(), begin_, now_ + after,
                               rng_.next());
}

bool Simulation::run(Duration limit) {
    return run_until(
        [this] {
            return (trunk_.ended || trunk_.dead) &&
                   std::ranges::all_of(nodes_, [](const Node& n) { return n.ended || n.silent; });
        },
        limit);
}

bool Simulation::run_until(const std::function<bool()>& condition, Duration limit) {
    const Time stop = now_ + limit;
    poke();
    while (!condition()) {
        const Time next = next_event();
        if (next == kNever || next > stop) return false;
        now_ = std::max(now_, next);
        step(now_ + window_);
        now_ += window_;
        while (now_ >= next_sample_) sample();
    }
    return true;
}

void Simulation::poke() {
    trunk_.poke(now_);
    for (Node& node : nodes_) node.poke(now_);
}

Time Simulation::next_event() {
    Time next = trunk_.next();
    if (!trunk_.packets().empty()) next = std::min(next, trunk_.packets().front().at);
    for (const Node& node : nodes_) {
        if (next <= now_) break;
        next = std::min(next, node.next());
    }
    return next;
}

void Simulation::step(Time until) {
    trunk_.run(until);
    auto& packets = trunk_.packets();
    const bool any = !packets.empty() && packets.front().at < until;
    const auto job = [&](std::size_t i) {
        if (any || nodes_[i].next() < until) nodes_[i].run(until, packets);
    };
    if (workers_ && any)
        workers_->each(nodes_.size(), job);
    else
        for (std::size_t i = 0; i < nodes_.size(); ++i) job(i);
    while (!packets.empty() && packets.front().at < until) packets.pop_front();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        auto& outbox = nodes_[i].outbox();
        for (Feedback& feedback : outbox) trunk_.post(i, std::move(feedback));
        outbox.clear();
    }
}

void Simulation::sample() {
    const double lasted = to_seconds(scenario_.sampling);
    const auto bps = [&](ByteCount bytes) { return 8 * static_cast<double>(bytes) / lasted; };
    const Totals& totals = trunk_.totals();
    Sample s{.seconds = to_seconds(next_sample_ - begin_), .slowest = 1};
    s.rate_bps = sender().rate().bps();
    s.sent_bps = bps(totals.down_bytes - sampled_.down_bytes +
                     Link::kOverhead * (totals.down_packets - sampled_.down_packets));
    s.feedback_bps = bps(totals.up_bytes - sampled_.up_bytes);
    s.queue_s = to_seconds(trunk_.queueing());
    s.tcp_bps = bps(trunk_.tcp_delivered() - sampled_tcp_);
    sampled_tcp_ = trunk_.tcp_delivered();
    for (const Node& node : nodes_) {
        const double part = static_cast<double>(node.core->bytes_done()) /
                            static_cast<double>(std::max<ByteCount>(scenario_.size, 1));
        s.slowest = std::min(s.slowest, part);
        s.fastest = std::max(s.fastest, part);
    }
    sampled_ = totals;
    samples_.push_back(s);
    next_sample_ += scenario_.sampling;
}

std::string Simulation::verdict() const {
    const std::string seed = " (seed " + std::to_string(scenario_.seed) + ")";
    if (!trunk_.ended) return "the sender has not ended" + seed;
    if (trunk_.error) return "sender: " + std::string(trunk_.error->name()) + seed;
    if (trunk_.finals != 1) return "the sender ended more than once" + seed;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        const std::string who = "receiver " + std::to_string(i);
        if (!node.ended) return who + " has not ended" + seed;
        if (node.error) return who + ": " + node.error->message + seed;
        if (content_.real() && node.content != content_.source())
            return who + " has other content" + seed;
        if (node.finals != 1) return who + " ended more than once" + seed;
    }
    return "all verified";
}

}  // namespace mcast::sim
