// SPDX-License-Identifier: MIT
#include "protocol/send/reporters.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core_harness.hpp"
#include "protocol/reporting.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Reporting {
    explicit Reporting(std::uint32_t receivers, std::optional<DataRate> asked = {})
        : rate(asked, {}) {
        for (std::uint32_t i = 1; i <= receivers; ++i) (void)group.add(NodeId{i}, kBegin);
        group.recount();
    }
    [[nodiscard]] std::size_t marked() const {
        return static_cast<std::size_t>(std::ranges::count(group.all(), true, &Member::reporter));
    }
    void ask(const Member& member, int times) {
        for (int i = 0; i < times; ++i) reporters.on_nack(member);
    }
    Member& other() { return *std::ranges::find(group.all(), false, &Member::reporter); }

    SenderConfig config = sender_config();
    Stage stage{kBegin};
    Membership group{1, {}};
    SendRate rate;
    GrttEstimator grtt{milliseconds(10)};
    SenderMessages messages{config};
    MemberNotices notices{group, messages};
    FeedbackTiming timing{config, stage, group, rate, grtt};
    Reporters reporters{stage, group, rate, notices, timing, Rng(1)};
};

}  // namespace

TEST_CASE("in a small group, and at a fixed rate, all are reporters", "[protocol][reporters]") {
    for (const auto& [receivers, asked] :
         {std::pair(99U, std::optional<DataRate>()),
          std::pair(200U, std::optional(DataRate::bits_per_second(1e6)))}) {
        Reporting reporting(receivers, asked);
        reporting.reporters.choose(kBegin);
        CHECK_FALSE(reporting.reporters.chosen());
        CHECK(reporting.marked() == 0);
        CHECK(reporting.reporters.has(reporting.group.all()[0]));
        CHECK(reporting.reporters.count() == receivers);
        CHECK(reporting.reporters.interval() == reporting.timing.report_interval());
    }
}

TEST_CASE("sixteen of a large group are reporters, and are told so", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    CHECK(reporting.marked() == kReporters);
    CHECK(reporting.reporters.count() == kReporters);
    CHECK(reporting.messages.states_waiting());
    CHECK_FALSE(reporting.reporters.has(reporting.other()));
    CHECK(reporting.reporters.interval() < reporting.timing.report_interval());
}

TEST_CASE("whoever has more trouble takes the place of a reporter", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    Member& troubled = reporting.other();
    reporting.ask(troubled, 7);
    reporting.reporters.choose(kBegin + milliseconds(50));
    CHECK_FALSE(troubled.reporter);
    reporting.ask(troubled, 10);
    reporting.reporters.choose(kBegin + milliseconds(100));
    CHECK(troubled.reporter);
    CHECK(reporting.marked() == kReporters);
}

TEST_CASE("trouble of others is no matter while the reporters have half as much",
          "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    reporting.ask(*std::ranges::find(reporting.group.all(), true, &Member::reporter), 20);
    Member& troubled = reporting.other();
    reporting.ask(troubled, 30);
    reporting.reporters.choose(kBegin + milliseconds(50));
    CHECK_FALSE(troubled.reporter);
}

TEST_CASE("a reporter that does not report is replaced", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.stage.start(kBegin);
    reporting.reporters.choose(kBegin);
    Member& mute = *std::ranges::find(reporting.group.all(), true, &Member::reporter);
    for (Member& member : reporting.group.all()) member.reported = kBegin + seconds(30);
    mute.reported = kBegin;
    Member& next = reporting.other();
    reporting.ask(next, 1);
    reporting.reporters.choose(kBegin + seconds(30));
    CHECK_FALSE(mute.reporter);
    CHECK(next.reporter);
    CHECK(reporting.marked() == kReporters);
}

TEST_CASE("a reporter that is away is none", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    Member& away = *std::ranges::find(reporting.group.all(), true, &Member::reporter);
    away.presence = Presence::away;
    reporting.reporters.drop(kBegin, away);
    CHECK(reporting.reporters.count() == kReporters - 1);
    reporting.reporters.choose(kBegin + milliseconds(50));
    CHECK(reporting.reporters.count() == kReporters);
    CHECK_FALSE(away.reporter);
}
