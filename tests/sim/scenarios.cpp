// SPDX-License-Identifier: MIT
#include "sim/scenarios.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace mcast::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kMega = 1e6;

std::string text(const char* format, double a, double b = 0) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, a, b);
    return buffer;
}

Scenario with_rtt(Scenario s, Duration rtt) {
    s.down.delay = s.up.delay = rtt / 2;
    return s;
}

// A link of that rate, rate control by itself, for about `seconds` at full rate.
Scenario linked(double bps, Duration rtt, double seconds_long) {
    Scenario s = with_rtt(large(), rtt);
    s.link = DataRate::bits_per_second(bps);
    s.rate.reset();
    s.receivers = 4;
    // A few ms, or a part of the round trip, as switches and routers have.
    const Duration room = std::max<Duration>(milliseconds(5), rtt / 4);
    s.queue = std::max<ByteCount>(256 << 10, static_cast<ByteCount>(s.link.bytes_in(room)));
    s.size = static_cast<ByteCount>(bps / 8 * seconds_long);
    s.chunk = 4 << 20;
    s.segment = bps > 5e9 ? 8900 : 1452;
    s.sampling = milliseconds(20);
    return s;
}

Named overhead(std::string name, std::string what, std::vector<std::size_t> sizes,
               std::optional<double> proactive, std::uint16_t block, std::uint16_t parity) {
    Named named{std::move(name), std::move(what), {}};
    for (const std::size_t n : sizes) {
        for (const double loss : {0.001, 0.01, 0.05, 0.2}) {
            Scenario s = large();
            s.receivers = n;
            s.down.loss = loss;
            s.proactive = proactive;
            s.block = block;
            s.parity = parity;
            s.name = text("N %.0f, loss %g %%", static_cast<double>(n), 100 * loss);
            named.rows.push_back(s);
        }
    }
    return named;
}

// What a file and its network may be like, for each shape of a block.
Named blocks() {
    struct Case {
        const char* what;
        ByteCount size;
        double mbit;
        double rtt_ms;
        std::size_t receivers;
    };
    constexpr std::array<Case, 5> kCases{{{"64 MiB", 64 << 20, 100, 10, 100},
                                          {"64 MiB, one", 64 << 20, 100, 10, 1},
                                          {"64 MiB, far", 64 << 20, 100, 200, 100},
                                          {"300 kB", 300'000, 100, 10, 100},
                                          {"2 MB, slow and far", 2'000'000, 2, 200, 10}}};
    Named named{"blocks", "shapes of blocks: files, rates, round trips and losses", {}};
    for (const Case& c : kCases) {
        for (const double loss : {0.001, 0.01, 0.05, 0.2}) {
            for (const int block : {16, 32, 64, 128, 200}) {
                Scenario s = with_rtt(large(), from_seconds(c.rtt_ms / 1000));
                s.size = c.size;
                s.rate = DataRate::bits_per_second(c.mbit * kMega);
                s.receivers = c.receivers;
                s.down.loss = loss;
                s.block = static_cast<std::uint16_t>(block);
                s.parity = static_cast<std::uint16_t>(std::min(127, 255 - block));
                s.name = std::string(c.what) + text(", blocks of %.0f", block);
                named.rows.push_back(s);
            }
        }
    }
    return named;
}

Named rates() {
    Named named{"rate", "auto rate on a link, 4 receivers: rates, round trips, losses", {}};
    for (const double gbit : {1.0, 10.0, 100.0}) {
        for (const double rtt_ms : {0.2, 10.0, 100.0, 600.0}) {
            for (const int kind : {0, 1, 2, 3}) {
                Scenario s = linked(gbit * 1e9, from_seconds(rtt_ms / 1000),
                                    rtt_ms > 50 ? 10
                                    : gbit > 50 ? 3
                                                : 4);
                s.down.loss = kind == 0 ? 0 : kind == 1 ? 0.01 : 0.05;
                s.down.burst = kind == 3 ? 20 : 1;
                s.name = text("%.0f Gbit/s, %g ms", gbit, rtt_ms) + (kind == 0   ? ""
                                                                     : kind == 1 ? ", 1 %"
                                                                     : kind == 2 ? ", 5 %"
                                                                                 : ", 5 % bursts");
                named.rows.push_back(s);
            }
        }
    }
    return named;
}

Named slow_links() {
    Named named{"slow", "one receiver at 100 Mbit/s among three at 1 Gbit/s", {}};
    Scenario none = linked(1e9, milliseconds(1), 4);
    none.specials = {{.receiver = 3}};
    none.name = "none";
    named.rows.push_back(none);
    for (const bool detach : {false, true}) {
        Scenario s = linked(1e9, milliseconds(1), 4);
        s.specials = {{.receiver = 3, .link = {DataRate::bits_per_second(1e8), 256 << 10, {}}}};
        s.on_slow.detach = detach;
        s.name = detach ? "slow link, detach" : "slow link, wait";
        named.rows.push_back(s);
    }
    return named;
}

Named competitors() {
    Named named{"tcp", "beside one TCP flow (CUBIC) in the queue of the sender's link", {}};
    for (const double mbit : {100.0, 1000.0}) {
        for (const double rtt_ms : {1.0, 10.0, 40.0}) {
            for (const double buffer_ms : {5.0, 20.0, 100.0}) {
                Scenario s = linked(mbit * kMega, from_seconds(rtt_ms / 1000), 20);
                s.queue = static_cast<ByteCount>(s.link.bytes_in(from_seconds(buffer_ms / 1000)));
                s.tcp_rtt = from_seconds(rtt_ms / 1000);
                s.name = text("%.0f Mbit/s, %g ms", mbit, rtt_ms) + text(", queue %g", buffer_ms);
                named.rows.push_back(s);
            }
        }
    }
    return named;
}

Named changing_links() {
    Named named{"changing", "the sender's link halves after 3 s and doubles after 6 s", {}};
    for (const double mbit : {100.0, 1000.0}) {
        for (const double loss : {0.0, 0.01}) {
            Scenario s = linked(mbit * kMega, milliseconds(10), 6.75);
            s.link_changes = {{seconds(3), s.link * 0.5}, {seconds(6), s.link}};
            s.down.loss = loss;
            s.name = text("%.0f Mbit/s, loss %g %%", mbit, 100 * loss);
            named.rows.push_back(s);
        }
    }
    return named;
}

Named reordering() {
    Named named{"reordering", "packets that overtake each other, 4 receivers at 400 Mbit/s", {}};
    for (const double jitter_ms : {0.2, 1.0, 3.0, 10.0}) {
        for (const double loss : {0.0, 0.01, 0.05}) {
            Scenario s = linked(4e8, from_seconds(0.2e-3), 4);
            s.down.jitter = from_seconds(jitter_ms / 1000);
            s.down.loss = loss;
            s.name = text("late by up to %g ms", jitter_ms) + text(", loss %g %%", 100 * loss);
            named.rows.push_back(s);
        }
    }
    return named;
}

Named troubles() {
    Named named{"troubles", "ten receivers, one of them in trouble; the others' time", {}};
    const auto add = [&](const char* what, Special special, bool detach) {
        Scenario s = linked(2e8, milliseconds(2), 8);
        s.receivers = 10;
        s.down.loss = 0.001;
        special.receiver = 9;
        s.specials = {special};
        s.on_slow.detach = detach;
        s.name = std::string(what) + (detach ? ", detach" : "");
        named.rows.push_back(s);
    };
    add("none", {}, false);
    for (const bool detach : {false, true}) {
        add("disk of 5 MB/s", {.disk = DataRate::bytes_per_second(5e6)}, detach);
        add("reader of 5 MB/s",
            {.reader = DataRate::bytes_per_second(5e6), .window = ByteCount{16 << 20}}, detach);
        add("reader that stops",
            {.reader = DataRate::bytes_per_second(5e4), .window = ByteCount{16 << 20}}, detach);
        add("30 % loss", {.loss = 0.3}, detach);
        add("link of 20 Mbit/s", {.link = {DataRate::bits_per_second(2e7), 64 << 10, {}}}, detach);
        add("dies", {.dies = seconds(3)}, detach);
        add("joins after 4 s", {.joins = seconds(4)}, detach);
        add("cut off for 2 s", {.outages = {{seconds(2), seconds(4)}}}, detach);
        for (const int away : {4, 7, 20})
            add(("away for " + std::to_string(away) + " s").c_str(),
                {.outages = {{seconds(2), seconds(2 + away), true}}}, detach);
        add("stopped for 7 s", {.pauses = {{seconds(2), seconds(9)}}}, detach);
    }
    for (Scenario& s : named.rows) s.begin_with = 9;
    return named;
}

Named chance() {
    Named named{"chance", "two receivers, one of them loses a part of all packets by chance", {}};
    for (const double mbit : {100.0, 1000.0}) {
        for (const double rtt_ms : {0.2, 10.0}) {
            for (const double loss : {0.4, 0.6, 0.8, 0.9}) {
                Scenario s = linked(mbit * kMega, from_seconds(rtt_ms / 1000), 2);
                s.receivers = 2;
                s.specials = {{.receiver = 1, .loss = loss}};
                s.name = text("%.0f Mbit/s, %g ms", mbit, rtt_ms) + text(", %g %%", 100 * loss);
                named.rows.push_back(s);
            }
        }
    }
    return named;
}

Named storms() {
    Named named{
        "storms", "10 000 receivers: join within a second, and lose the sender for 3 s", {}};
    Scenario s = large();
    s.receivers = 10'000;
    s.join_spread = seconds(1);
    s.down.loss = 0.001;
    s.sampling = milliseconds(50);
    s.name = "join within 1 s";
    named.rows.push_back(s);
    s.begin_with = 1;
    s.name = "join late within 1 s";
    named.rows.push_back(s);
    s = large();
    s.receivers = 10'000;
    s.down.loss = 0.001;
    s.sampling = milliseconds(50);
    s.rate = DataRate::bits_per_second(5e7);
    s.outages = {{seconds(3), seconds(6)}};
    s.name = "sender cut off for 3 s";
    named.rows.push_back(s);
    return named;
}

Named flatness() {
    Named named{"flat", "time against the number of receivers", {}};
    for (const auto& [mbit, loss] : {std::pair{50.0, 0.01}, std::pair{200.0, 0.0}}) {
        for (const std::size_t n : {1U, 4U, 32U, 100U, 1000U}) {
            Scenario s = large();
            s.rate = DataRate::bits_per_second(mbit * kMega);
            s.down.loss = loss;
            s.receivers = n;
            s.name = text("%.0f Mbit/s, loss %g %%", mbit, 100 * loss);
            named.rows.push_back(with_rtt(s, milliseconds(1)));
        }
    }
    return named;
}

std::vector<Named> all() {
    std::vector<Named> list;
    list.push_back(overhead("overhead", "packets sent against the bound, unasked parity adapting",
                            {1, 10, 100, 1000}, std::nullopt, 128, 127));
    list.push_back(overhead("overhead-10000", "the same for 10 000 receivers", {10'000},
                            std::nullopt, 128, 127));
    list.push_back(overhead("overhead-fixed-0", "the same with repairs on request only",
                            {1, 10, 100, 1000}, 0, 128, 127));
    list.push_back(overhead("overhead-fixed-10", "the same with 10 % of parity sent unasked",
                            {1, 10, 100, 1000}, 0.1, 128, 127));
    list.push_back(overhead("overhead-64", "the same in blocks of 64", {1, 10, 100, 1000},
                            std::nullopt, 64, 64));
    Named repair{"repair", "time from the last data to the last receiver, 100 receivers, 1 %", {}};
    for (const double rtt_ms : {0.5, 10.0, 100.0}) {
        Scenario s = with_rtt(large(), from_seconds(rtt_ms / 1000));
        s.size = 8 << 20;
        s.receivers = 100;
        s.down.loss = 0.01;
        s.name = text("round trip %g ms", rtt_ms);
        repair.rows.push_back(s);
    }
    list.push_back(repair);
    list.push_back(blocks());
    for (auto* make : {rates, slow_links, competitors, changing_links, reordering, troubles, chance,
                       storms, flatness})
        list.push_back(make());
    Scenario ten = large();
    ten.receivers = 10'000;
    ten.down.loss = 0.01;
    ten.name = "10 000 receivers, 64 MiB, 1 %";
    list.push_back({"scale", "what the simulator itself can do", {ten}});
    return list;
}

}  // namespace

Scenario large() {
    Scenario s;
    s.size = 64 << 20;
    s.segment = 1452;
    s.block = 128;
    s.parity = 127;
    s.chunk = 1 << 20;
    s.content = false;
    s.threads = 2;
    s.proactive.reset();
    s.down.delay = s.up.delay = milliseconds(5);
    return s;
}

const std::vector<Named>& named_scenarios() {
    static const std::vector<Named> list = all();
    return list;
}

const Scenario& named_row(std::string_view name, std::string_view row) {
    const auto named = std::ranges::find(named_scenarios(), name, &Named::name);
    return *std::ranges::find(named->rows, row, &Scenario::name);
}

}  // namespace mcast::sim
