// SPDX-License-Identifier: MIT
#include "control/status_rules.hpp"

#include <random>
#include <thread>

#include "base/rng.hpp"
#include "control/status_keeper.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;

namespace {

Status of_unknown_size() {
    Status s = a_status();
    s.bytes_total.reset();
    return s;
}

void progress(StatusKeeper& keeper, std::uint64_t done) {
    keeper.update([&](Status& s) { s.bytes_done = done; });
}

}  // namespace

TEST_CASE("percent of a running session is rounded down and stops at 99", "[control]") {
    CHECK(percent_of(0, 1000) == 0);
    CHECK(percent_of(439, 1000) == 43);
    CHECK(percent_of(999, 1000) == 99);
    CHECK(percent_of(1000, 1000) == 99);
    CHECK(percent_of(5000, 1000) == 99);
    CHECK(percent_of(UINT64_MAX / 2, UINT64_MAX) == 50);
}

TEST_CASE("percent is 0 for an unknown size and for none at all", "[control]") {
    CHECK(percent_of(500, std::nullopt) == 0);
    CHECK(percent_of(0, 0) == 0);
}

TEST_CASE("percent does not fall when progress does", "[control]") {
    StatusKeeper keeper(a_status(), fixed_clocks());
    progress(keeper, 430);
    progress(keeper, 100);
    CHECK(keeper.snapshot().percent == 43);
    CHECK(keeper.snapshot().bytes_done == 100);
}

TEST_CASE("percent does not fall when the size becomes known or grows", "[control]") {
    StatusKeeper keeper(of_unknown_size(), fixed_clocks());
    progress(keeper, 500);
    CHECK(keeper.snapshot().percent == 0);
    keeper.update([](Status& s) { s.bytes_total = 1000; });
    CHECK(keeper.snapshot().percent == 50);
    keeper.update([](Status& s) { s.bytes_total = 100000; });
    CHECK(keeper.snapshot().percent == 50);
}

TEST_CASE("an expected size gives progress while none is known, and never more than 99 %",
          "[control]") {
    Status expecting = of_unknown_size();
    expecting.bytes_expected = 1000;
    expecting.receivers.emplace_back().id = "0a4d0002";
    StatusKeeper keeper(expecting, fixed_clocks());
    const auto reach = [&](std::uint64_t done) {
        keeper.update([&](Status& s) { s.bytes_done = s.receivers[0].bytes_done = done; });
        return keeper.snapshot();
    };
    CHECK(reach(439).percent == 43);
    CHECK(reach(440).receivers[0].percent == 44);
    CHECK(reach(5000).percent == 99);
    CHECK_FALSE(keeper.snapshot().bytes_total);
    CHECK(broken_rule(keeper.snapshot()).empty());
    CHECK(keeper.snapshot().bytes_done == 5000);  // it is no limit
    REQUIRE(keeper.succeed());
    CHECK(keeper.snapshot().bytes_total == 5000);
}

TEST_CASE("an expected size gives an eta until there is more than was expected", "[control]") {
    Status s = of_unknown_size();
    s.bytes_expected = 1000;
    s.bytes_done = 500;
    s.rate_bps = 400;
    CHECK(eta_of(s) == 10.0);
    s.bytes_done = 1000;
    CHECK_FALSE(eta_of(s));
}

TEST_CASE("a size that is known counts, and not what was expected", "[control]") {
    Status s = a_status();
    s.bytes_total = 1000;
    s.bytes_expected = 10;
    StatusKeeper keeper(s, fixed_clocks());
    progress(keeper, 430);
    CHECK(keeper.snapshot().percent == 43);
}

TEST_CASE("what a session writes into percent, phase and error does not count", "[control]") {
    StatusKeeper keeper(a_status(), fixed_clocks());
    keeper.update([](Status& s) {
        s.percent = 100;
        s.phase = Phase::ended;
        s.error = Error{ErrorCode::io, 0, "x"};
        s.path = "/x";
        s.session = "00000000";
    });
    const Status s = keeper.snapshot();
    CHECK(broken_rule(s).empty());
    CHECK(s.percent == 0);
    CHECK(s.session == a_status().session);
}

TEST_CASE("a success reads 100, ended, with its results and without an error", "[control]") {
    StatusKeeper keeper(a_status(), fixed_clocks());
    REQUIRE(keeper.succeed("/data/image.raw", "xxh3-128:00"));
    const Status s = keeper.snapshot();
    CHECK(s.percent == 100);
    CHECK(s.phase == Phase::ended);
    CHECK(s.path == "/data/image.raw");
    CHECK_FALSE(s.error);
    CHECK(s.ended);
}

TEST_CASE("a failure reads 100 with its error, and keeps how far it was", "[control]") {
    StatusKeeper keeper(a_status(), fixed_clocks());
    progress(keeper, 430);
    REQUIRE(keeper.fail({ErrorCode::no_space, ENOSPC, "full"}));
    const Status s = keeper.snapshot();
    CHECK(s.percent == 100);
    CHECK(s.error->code == ErrorCode::no_space);
    CHECK(s.bytes_done == 430);
    CHECK_FALSE(s.digest);
}

TEST_CASE("a cancel that comes after the end changes nothing", "[control]") {
    StatusKeeper keeper(a_status(), fixed_clocks());
    REQUIRE(keeper.succeed());
    const Status before = keeper.snapshot();
    CHECK_FALSE(keeper.fail({ErrorCode::cancelled, 0, ""}));
    CHECK(keeper.snapshot() == before);
}

TEST_CASE("a stream's size is known once it has ended well", "[control]") {
    StatusKeeper keeper(of_unknown_size(), fixed_clocks());
    progress(keeper, 500);
    REQUIRE(keeper.succeed());
    CHECK(keeper.snapshot().bytes_total == 500);
}

TEST_CASE("a zero-byte session reads 0 and then 100", "[control]") {
    Status empty = a_status();
    empty.bytes_total = 0;
    StatusKeeper keeper(empty, fixed_clocks());
    CHECK(keeper.snapshot().percent == 0);
    REQUIRE(keeper.succeed());
    CHECK(keeper.snapshot().percent == 100);
}

TEST_CASE("elapsed time and eta are of the moment of the snapshot", "[control]") {
    Duration now(0);
    auto clocks = fixed_clocks();
    clocks.steady = [&] { return now; };
    StatusKeeper keeper(a_status(), clocks);
    keeper.update([](Status& s) {
        s.bytes_done = 500;
        s.rate_bps = 400;
    });
    now = std::chrono::seconds(3);
    CHECK(keeper.snapshot().elapsed_s == 3);
    CHECK(keeper.snapshot().eta_s == 10);
    keeper.succeed();
    now = std::chrono::seconds(9);
    CHECK(keeper.snapshot().elapsed_s == 3);
    CHECK_FALSE(keeper.snapshot().eta_s);
}

namespace {

/// A session that does what it likes, right or wrong, from a seed.
class RandomSession {
  public:
    explicit RandomSession(std::uint64_t seed) : rng_(seed) {}

    void act(StatusKeeper& keeper) {
        keeper.update([&](Status& s) { change(s); });
        if (rng_.chance(0.02)) keeper.fail({ErrorCode::cancelled, 0, "by hand"});
        if (rng_.chance(0.02)) keeper.succeed("/data/x", "xxh3-128:00");
    }

  private:
    void change(Status& s) {
        switch (rng_.below(10)) {
            case 0:
                s.bytes_total = rng_.below(3) * 1000;
                break;
            case 1:
                s.bytes_total.reset();
                break;
            case 2:
                s.phase = static_cast<Phase>(rng_.below(5));
                break;
            case 3:
                s.error = Error{ErrorCode::io, 0, "x"};
                break;
            case 4:
                s.percent = static_cast<int>(rng_.below(300)) - 100;
                break;
            case 5:
                join(s);
                break;
            case 6:
                receiver_acts(s);
                break;
            case 7:
                s.path = "/x";
                s.ended = s.started;
                s.waiting_for = "you";
                break;
            case 8:
                if (rng_.chance(0.1)) s.state = static_cast<State>(rng_.below(3));
                break;
            default:
                s.bytes_done = rng_.below(3000);
                break;
        }
    }
    void join(Status& s) {
        ReceiverStatus r;
        r.id = std::to_string(rng_.below(5));
        if (s.receivers.size() < 5) s.receivers.push_back(r);
    }
    void receiver_acts(Status& s) {
        if (s.receivers.empty()) return;
        auto& r = s.receivers[rng_.below(s.receivers.size())];
        r.bytes_done = rng_.below(3000);
        r.percent = static_cast<int>(rng_.below(200));
        if (rng_.chance(0.2)) r.state = static_cast<State>(rng_.below(3));
        if (rng_.chance(0.2)) s.receivers.pop_back();
    }
    Rng rng_;
};

}  // namespace

TEST_CASE("no history of a session makes a snapshot break the contract", "[control]") {
    const std::uint64_t first_seed = std::random_device{}();
    for (std::uint64_t seed = first_seed; seed < first_seed + 300; ++seed) {
        INFO("seed " << seed);
        RandomSession session(seed);
        StatusKeeper keeper(seed % 2 == 0 ? a_status() : of_unknown_size(), fixed_clocks());
        Status before = keeper.snapshot();
        REQUIRE(before.percent == 0);
        for (int i = 0; i < 100; ++i) {
            session.act(keeper);
            const Status after = keeper.snapshot();
            REQUIRE(broken_rule(after) == "");
            REQUIRE(broken_rule(before, after) == "");
            before = after;
        }
    }
}

TEST_CASE("snapshots may be taken while the session is being changed", "[control]") {
    StatusKeeper keeper(a_status(), fixed_clocks());
    std::thread changes([&] {
        for (std::uint64_t i = 0; i <= 1000; ++i) progress(keeper, i);
        keeper.succeed();
    });
    Status before = keeper.snapshot();
    while (!is_final(before.state)) {
        const Status after = keeper.snapshot();
        const std::string broken = broken_rule(after) + broken_rule(before, after);
        if (!broken.empty()) FAIL_CHECK(broken);
        before = after;
    }
    changes.join();
}
