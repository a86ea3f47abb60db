// SPDX-License-Identifier: MIT
// Whom the sender names as the one that sets the pace, in groups drawn by chance.
#include <algorithm>
#include <string>

#include "sim/scenarios.hpp"
#include "sim/simulation.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

enum class Trouble { none, link, loss, disk, reader, dies };

struct Drawn {
    Scenario scenario;
    Trouble trouble = Trouble::none;
    std::size_t victim = 0;
    std::string text;
};

// 2 to 12 receivers behind a link of 100 to 400 Mbit/s, one of them in trouble, or none.
Drawn draw(std::uint64_t seed, Trouble trouble) {
    Rng rng(seed);
    Drawn drawn{.scenario = large(), .trouble = trouble};
    Scenario& s = drawn.scenario;
    s.seed = seed;
    s.threads = 1;
    s.size = 40 << 20;
    s.receivers = 2 + rng.below(11);
    s.rate.reset();
    s.link = DataRate::bits_per_second(100e6 * static_cast<int>(1 + rng.below(4)));
    s.down.delay = s.up.delay = milliseconds(1) * (1 + rng.below(3)) / 4;
    s.down.loss = static_cast<int>(rng.below(2)) * 0.001;
    s.down.jitter = std::chrono::microseconds(50 * rng.below(4));
    drawn.victim = rng.below(static_cast<std::uint32_t>(s.receivers));
    Special special{.receiver = drawn.victim};
    const double part = 0.05 + 0.05 * static_cast<double>(rng.below(5));  // of the others' rate
    const DataRate slow = s.link * part;
    if (trouble == Trouble::link) special.link = {slow, 64 << 10, {}};
    if (trouble == Trouble::loss) special.loss = 0.1 + 0.05 * static_cast<double>(rng.below(4));
    if (trouble == Trouble::disk) special.disk = slow;
    if (trouble == Trouble::reader) special.reader = slow;
    if (trouble == Trouble::reader) special.window = ByteCount{8 << 20};
    if (trouble == Trouble::dies) special.dies = milliseconds(300 + 100 * rng.below(10));
    if (trouble != Trouble::none) s.specials = {special};
    drawn.text = "seed " + std::to_string(seed) + ", trouble " +
                 std::to_string(static_cast<int>(trouble)) + " of " + std::to_string(drawn.victim) +
                 " in " + std::to_string(s.receivers);
    return drawn;
}

// What was named while data flowed, looked at every 20 ms.
struct Seen {
    std::size_t looks = 0;   // since a second after the start, until the victim had all
    std::size_t named = 0;   // of them: the victim
    std::size_t caused = 0;  // of these: with the right word
    std::size_t all = 0;     // from the start to the end
    std::size_t wrong = 0;   // of all: one that is in no trouble

    void add(const Seen& other) {
        looks += other.looks;
        named += other.named;
        caused += other.caused;
        all += other.all;
        wrong += other.wrong;
    }
};

double share(std::size_t some, std::size_t of) {
    return static_cast<double>(some) / static_cast<double>(of);
}

bool fits(Trouble trouble, Cause cause) {
    switch (trouble) {
        case Trouble::link:
            return cause == Cause::link;
        case Trouble::loss:
            return cause == Cause::loss;
        case Trouble::disk:
            return cause == Cause::disk;
        case Trouble::reader:
            return cause == Cause::reader;
        case Trouble::none:
        case Trouble::dies:
            break;
    }
    return false;
}

Seen watch(const Drawn& drawn) {
    Simulation simulation(drawn.scenario);
    Seen seen;
    std::optional<Time> started;
    Time next{};
    simulation.run_until(
        [&] {
            protocol::Sender& sender = simulation.sender();
            if (simulation.sender_ended() || !sender.started()) return simulation.sender_ended();
            if (!started) started = simulation.now();
            if (simulation.now() < next) return false;
            next = simulation.now() + milliseconds(20);
            ++seen.all;
            const auto pace = sender.pace();
            const auto& victim = simulation.receivers()[drawn.victim];
            if (pace) {
                const auto* peer = sender.receiver(pace->node);
                REQUIRE(peer != nullptr);
                INFO("named: " << to_hex(pace->node) << " after "
                               << to_seconds(simulation.now() - *started) << " s");
                CHECK(peer->in_progress());
                CHECK(peer->attached);
                CHECK(peer->limited_by != LimitedBy::gone);
                CHECK(peer->bytes_done < drawn.scenario.size);
                seen.wrong += drawn.trouble == Trouble::none || drawn.trouble == Trouble::dies ||
                              peer->host != "r" + std::to_string(drawn.victim + 1);
            }
            if (simulation.now() - *started < seconds(1) || victim.whole != Time{} ||
                sender.first_pass_done())
                return false;
            ++seen.looks;
            seen.named += pace.has_value();
            seen.caused += pace && fits(drawn.trouble, pace->cause);
            return false;
        },
        seconds(60));
    return seen;
}

}  // namespace

TEST_CASE("one that is gone, finished or left behind is never named, and a healthy one hardly ever",
          "[sim][pace]") {
    Seen seen;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        for (const Trouble trouble : {Trouble::none, Trouble::dies}) {
            const Drawn drawn = draw(seed, trouble);
            INFO(drawn.text);
            seen.add(watch(drawn));
        }
    }
    INFO(seen.wrong << " of " << seen.all << " looks");
    CHECK(share(seen.wrong, seen.all) < 0.02);
}

TEST_CASE("one in trouble is named within a second, with its cause, nearly all the time",
          "[sim][pace]") {
    for (const Trouble trouble : {Trouble::link, Trouble::loss, Trouble::disk, Trouble::reader}) {
        Seen seen;
        for (std::uint64_t seed = 1; seed <= 6; ++seed) seen.add(watch(draw(seed, trouble)));
        INFO("trouble " << static_cast<int>(trouble) << ": named in " << seen.named << " of "
                        << seen.looks << " looks, in " << seen.caused
                        << " with the cause, wrong in " << seen.wrong << " of " << seen.all);
        CHECK(share(seen.named, seen.looks) > 0.9);
        CHECK(share(seen.caused, seen.looks) > 0.85);
        CHECK(share(seen.wrong, seen.all) < 0.03);
    }
}
