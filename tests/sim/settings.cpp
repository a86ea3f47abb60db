// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>
#include <cstdlib>
#include <functional>

#include "sim/scenarios.hpp"

namespace mcast::sim {
namespace {

// A number with k, M or G (of 1000), or with us, ms or s.
std::optional<double> number(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view unit(at, static_cast<std::size_t>(end - at));
    constexpr std::array<std::pair<std::string_view, double>, 8> kUnits{{{"", 1},
                                                                         {"k", 1e3},
                                                                         {"M", 1e6},
                                                                         {"G", 1e9},
                                                                         {"us", 1e-6},
                                                                         {"ms", 1e-3},
                                                                         {"s", 1},
                                                                         {"%", 0.01}}};
    for (const auto& [name, factor] : kUnits)
        if (unit == name) return value * factor;
    return std::nullopt;
}

using Set = std::function<void(Scenario&, double)>;
struct Setting {
    std::string_view key;
    std::string_view meaning;
    Set set;
};

template <typename T>
Set to(T Scenario::* member) {
    return [member](Scenario& s, double v) { s.*member = static_cast<T>(v); };
}

const std::vector<Setting>& settings() {
    static const std::vector<Setting> list = {
        {"receivers", "how many", to(&Scenario::receivers)},
        {"size", "bytes of the file", to(&Scenario::size)},
        {"segment", "payload bytes of a packet", to(&Scenario::segment)},
        {"block", "source symbols of a block", to(&Scenario::block)},
        {"parity", "parity symbols that a block can have", to(&Scenario::parity)},
        {"fec", "parity sent unasked, part of the source; -1: auto",
         [](Scenario& s, double v) {
             s.proactive = v < 0 ? std::nullopt : std::optional<double>(v);
         }},
        {"loss", "on the way to each receiver: 0.01 or 1%",
         [](Scenario& s, double v) { s.down.loss = v; }},
        {"burst", "packets lost in a row, on average",
         [](Scenario& s, double v) { s.down.burst = v; }},
        {"uploss", "loss of feedback", [](Scenario& s, double v) { s.up.loss = v; }},
        {"rtt", "round trip time: 10ms",
         [](Scenario& s, double v) { s.down.delay = s.up.delay = from_seconds(v / 2); }},
        {"jitter", "of packets to each receiver, reorders",
         [](Scenario& s, double v) { s.down.jitter = from_seconds(v); }},
        {"duplicate", "part of the packets that come twice",
         [](Scenario& s, double v) { s.down.duplicate = v; }},
        {"rate", "sender's rate, bits per second; 0: auto",
         [](Scenario& s, double v) {
             s.rate = v > 0 ? std::optional(DataRate::bits_per_second(v)) : std::nullopt;
         }},
        {"link", "rate of the sender's link",
         [](Scenario& s, double v) { s.link = DataRate::bits_per_second(v); }},
        {"queue", "bytes that may wait for it", to(&Scenario::queue)},
        {"slow", "rate of a link that the first receiver is behind",
         [](Scenario& s, double v) {
             s.specials = {{.receiver = 0, .link = {DataRate::bits_per_second(v), 64 << 10, {}}}};
         }},
        {"tcp", "a TCP flow of that round trip time shares the link",
         [](Scenario& s, double v) { s.tcp_rtt = from_seconds(v); }},
        {"tcp-at", "so long after the beginning",
         [](Scenario& s, double v) { s.tcp_at = from_seconds(v); }},
        {"tcp-flows", "so many of them",
         [](Scenario& s, double v) { s.tcp_flows = static_cast<std::size_t>(v); }},
        {"spread", "receivers join within that time",
         [](Scenario& s, double v) { s.join_spread = from_seconds(v); }},
        {"begin", "receivers to begin with", to(&Scenario::begin_with)},
        {"threads", "threads that run the receivers", to(&Scenario::threads)},
    };
    return list;
}

}  // namespace

bool apply_setting(Scenario& scenario, std::string_view setting) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string_view::npos) return false;
    const auto value = number(setting.substr(equals + 1));
    for (const Setting& s : settings()) {
        if (s.key != setting.substr(0, equals) || !value) continue;
        s.set(scenario, *value);
        return true;
    }
    return false;
}

std::string settings_help() {
    std::string help;
    for (const Setting& s : settings()) {
        help += "  " + std::string(s.key) + "=";
        help.append(12 - std::min<std::size_t>(11, s.key.size()), ' ');
        help += std::string(s.meaning) + "\n";
    }
    return help;
}

}  // namespace mcast::sim
