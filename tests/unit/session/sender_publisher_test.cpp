// SPDX-License-Identifier: MIT
#include "session/send/sender_publisher.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "session/loop/origin.hpp"
#include "session/send/send_config.hpp"
#include "support/catch.hpp"
#include "unit/control/support.hpp"
#include "unit/protocol/datagrams.hpp"
#include "unit/session/loopback.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;
using namespace std::chrono_literals;
using Catch::Contains;
using control::test::RuntimeDirectory;
using Kind = protocol::SenderEvent::Kind;
using protocol::test::FakeReceiver;

namespace {

constexpr std::size_t kEthernet = 1472;
const NodeId kLab{0x0a000001};

protocol::SenderConfig config_for(std::uint32_t receivers) {
    SendOptions options;
    options.path = "image.raw";
    options.receivers = receivers;
    const FakeReceiver as_expected;
    const Entropy entropy{as_expected.sender, as_expected.instance, as_expected.transfer, 1};
    return make_config(options, entropy, 100'000, kEthernet).value();
}

net::Endpoint at_address(const std::string& address) {
    return net::Endpoint::parse(address, 40000).value();
}

/// A sender's core in simulated time, and all that is published of it.
class Published {
  public:
    explicit Published(std::uint32_t receivers = 1)
        : front_(SessionFront::create({}, [this](const Event& event) { events_.push_back(event); })
                     .value()),
          channel_(open_channel(loopback_network(), {1 << 18, 1 << 18, 1 << 18}).value()),
          core(config_for(receivers), now, Rng(1)),
          publisher(core, channel_, result_, *front_, now) {
        REQUIRE(front_->serve({}));
    }

    void hear(Bytes datagram, const std::string& address) {
        core.handle(now, datagram, origin_of(at_address(address)));
        publish(address);
    }
    void publish(const std::string& address = "10.0.0.1") {
        while (const auto event = core.poll_event())
            publisher.tell(now, *event, at_address(address));
    }
    void tell(Kind kind, NodeId node, const std::string& address = "10.0.0.1") {
        publisher.tell(now, {.kind = kind, .node = node, .error = {}}, at_address(address));
    }
    Status status() {
        publisher.show(now);
        return front_->snapshot();
    }
    /// All events of that kind; ends the session.
    std::vector<Event> events(Event::Kind kind) {
        front_->succeed({}, {});
        REQUIRE(front_->wait({}));
        std::erase_if(events_, [&](const Event& event) { return event.kind != kind; });
        return events_;
    }

  private:
    const RuntimeDirectory directory_;
    std::vector<Event> events_;
    std::unique_ptr<SessionFront> front_;
    Channel channel_;
    TransferResult result_;

  public:
    Time now = Time(1h);
    protocol::Sender core;
    SenderPublisher publisher;
};

}  // namespace

TEST_CASE("a receiver that joins is told with its address, and listed", "[session]") {
    Published published;
    published.hear(FakeReceiver{}.join("lab-02"), "10.0.0.12");
    const auto status = published.status();
    REQUIRE(status.receivers.size() == 1);
    CHECK(status.receivers[0].host == "lab-02");
    CHECK(status.receivers[0].address == "10.0.0.12");
    const auto joins = published.events(Event::Kind::join);
    REQUIRE(joins.size() == 1);
    CHECK(joins[0].text == "lab-02 (10.0.0.12) joined");
    REQUIRE(joins[0].receiver);
    CHECK(joins[0].receiver->host == "lab-02");
}

TEST_CASE("a join is shown soon", "[session]") {
    Published published(2);
    published.publisher.refresh(published.now);
    CHECK(published.publisher.due() > published.now);
    published.hear(FakeReceiver{}.join(), "10.0.0.12");
    CHECK(published.publisher.due() <= published.now);
}

TEST_CASE("a receiver that says its join again may have another address", "[session]") {
    Published published;
    published.hear(FakeReceiver{}.join(), "10.0.0.12");
    published.tell(Kind::rejoined, kLab, "10.0.0.99");
    CHECK(published.status().receivers.at(0).address == "10.0.0.99");
    published.tell(Kind::displaced, kLab);
    CHECK(published.status().receivers.at(0).address.empty());
    CHECK(published.events(Event::Kind::join).size() == 1);
}

TEST_CASE("a start with fewer receivers than asked for is a warning", "[session]") {
    const auto wanted = GENERATE(1U, 3U);
    Published published(wanted);
    published.hear(FakeReceiver{}.join(), "10.0.0.12");
    if (wanted > 1) CHECK_FALSE(published.core.begin(published.now));
    published.publish();
    const auto status = published.status();
    CHECK(status.receivers_at_start == 1);
    CHECK(status.receivers_wanted == wanted);
    CHECK(status.rate_mode);
    SECTION("the start is told") {
        const auto starts = published.events(Event::Kind::start);
        REQUIRE(starts.size() == 1);
        CHECK(starts[0].text == "data flows to 1 receiver");
    }
    SECTION("so is that some are missing") {
        const auto warnings = published.events(Event::Kind::warning);
        REQUIRE(warnings.size() == (wanted > 1 ? 1 : 0));
        if (wanted > 1) CHECK(warnings[0].text == "it begins with 1 of 3 receivers");
    }
}

TEST_CASE("before the start the status says what is waited for, and where", "[session]") {
    Published published(2);
    const auto status = published.status();
    CHECK_THAT(status.waiting_for, Contains(" via lo"));
    CHECK_FALSE(status.rate_mode);
    CHECK_FALSE(status.receivers_at_start);
}

TEST_CASE("a receiver that fails is told with its error", "[session]") {
    Published published(2);
    published.hear(FakeReceiver{}.decline(static_cast<std::uint16_t>(ErrorCode::no_space), "full"),
                   "10.0.0.12");
    const auto finals = published.events(Event::Kind::receiver);
    REQUIRE(finals.size() == 1);
    CHECK_THAT(finals[0].text, Contains("failed at 0 %: full"));
}

TEST_CASE("a receiver that is left behind is named, and so is its return", "[session]") {
    Published published(2);
    published.hear(FakeReceiver{}.join("lab-02"), "10.0.0.12");
    published.tell(Kind::left_behind, NodeId{99});  // never joined
    published.tell(Kind::left_behind, kLab);
    published.tell(Kind::returned, kLab);
    SECTION("left behind") {
        const auto told = published.events(Event::Kind::behind);
        REQUIRE(told.size() == 1);
        CHECK_THAT(told[0].text, Contains("lab-02 (10.0.0.12)"));
    }
    SECTION("returned") {
        const auto told = published.events(Event::Kind::back);
        REQUIRE(told.size() == 1);
        CHECK_THAT(told[0].text, Contains("lab-02 (10.0.0.12) is back"));
    }
}

TEST_CASE("strangers are warned of with their address", "[session]") {
    const auto kind =
        GENERATE(Kind::foreign_sender, Kind::same_node, Kind::same_name, Kind::plain_receiver);
    Published published;
    published.tell(kind, NodeId{5}, "10.0.0.66");
    const auto warnings = published.events(Event::Kind::warning);
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0].text, Contains("10.0.0.66 (node 00000005)"));
}

TEST_CASE("an interval is told when a second has passed, however often the status is shown",
          "[session]") {
    const auto shown = GENERATE(19, 20);
    Published published;
    for (int i = 0; i < shown; ++i) {
        published.now += 50ms;
        published.publisher.refresh(published.now);
    }
    CHECK(published.events(Event::Kind::interval).size() == (shown == 20 ? 1 : 0));
}
