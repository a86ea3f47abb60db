// SPDX-License-Identifier: MIT
#include "protocol/send/reporters.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/voices.hpp"
#include "support/catch.hpp"
#include "talk.hpp"

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
        return static_cast<std::size_t>(std::ranges::count(group.all(), true, &Peer::voice));
    }
    Peer& other() { return *std::ranges::find(group.all(), false, &Peer::voice); }

    SenderConfig config = sender_config();
    Stage stage{kBegin};
    Membership group{1, {}};
    SendRate rate;
    GrttEstimator grtt{milliseconds(10)};
    SenderMessages messages{config};
    PeerNotices notices{group, messages};
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
    CHECK(reporting.marked() == kVoices);
    CHECK(reporting.reporters.count() == kVoices);
    CHECK(reporting.messages.roll_waiting());
    CHECK_FALSE(reporting.reporters.has(reporting.other()));
    CHECK(reporting.reporters.interval() < reporting.timing.report_interval());
}

TEST_CASE("whoever has more trouble takes the place of a reporter", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    Peer& troubled = reporting.other();
    troubled.trouble = 7;
    reporting.reporters.choose(kBegin + milliseconds(50));
    CHECK_FALSE(troubled.voice);
    troubled.trouble = 10;
    reporting.reporters.choose(kBegin + milliseconds(100));
    CHECK(troubled.voice);
    CHECK(reporting.marked() == kVoices);
}

TEST_CASE("trouble of others is no matter while the reporters have half as much",
          "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    std::ranges::find(reporting.group.all(), true, &Peer::voice)->trouble = 20;
    Peer& troubled = reporting.other();
    troubled.trouble = 30;
    reporting.reporters.choose(kBegin + milliseconds(50));
    CHECK_FALSE(troubled.voice);
}

TEST_CASE("a reporter that does not report is replaced", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.stage.start(kBegin);
    reporting.reporters.choose(kBegin);
    Peer& mute = *std::ranges::find(reporting.group.all(), true, &Peer::voice);
    for (Peer& peer : reporting.group.all()) peer.reported = kBegin + seconds(30);
    mute.reported = kBegin;
    Peer& next = reporting.other();
    next.trouble = 1;
    reporting.reporters.choose(kBegin + seconds(30));
    CHECK_FALSE(mute.voice);
    CHECK(next.voice);
    CHECK(reporting.marked() == kVoices);
}

TEST_CASE("a reporter that is away is none", "[protocol][reporters]") {
    Reporting reporting(200);
    reporting.reporters.choose(kBegin);
    Peer& away = *std::ranges::find(reporting.group.all(), true, &Peer::voice);
    away.presence = Presence::away;
    reporting.reporters.drop(kBegin, away);
    CHECK(reporting.reporters.count() == kVoices - 1);
    reporting.reporters.choose(kBegin + milliseconds(50));
    CHECK(reporting.reporters.count() == kVoices);
    CHECK_FALSE(away.voice);
}
