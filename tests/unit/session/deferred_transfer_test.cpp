// SPDX-License-Identifier: MIT
#include "session/loop/deferred_transfer.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/control/support.hpp"
#include "unit/net/namespace.hpp"
#include "unit/session/loopback.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace std::chrono_literals;
using control::test::RuntimeDirectory;

namespace {

constexpr Time kBegin = Time(1h);
constexpr double kPatience = 20;  // seconds; a failure bound, never waited for

struct Made final : Transfer {
    Wait turn(Time, const Ready&) override {
        ++turns;
        return {};
    }
    void broken(Error error) override { failure = std::move(error); }

    int turns = 0;
    std::optional<Error> failure;
};

/// A session that has to wait for the interface of `network`.
class Waiting {
  public:
    explicit Waiting(const NetworkOptions& network, std::optional<Duration> limit = {})
        : base_(SessionFront::create({},
                                     [this](const Event& event) {
                                         if (event.kind == Event::Kind::warning)
                                             warnings.push_back(event.text);
                                     })
                    .value()),
          deferred({network,
                    {1 << 18, 1 << 18, 1 << 18},
                    limit,
                    [this](Channel channel, Duration after) -> Result<Transfer*> {
                        interface = channel.choice.interface.name;
                        waited = after;
                        return &transfer;
                    }},
                   *base_) {
        REQUIRE(base_->serve({}));
    }

    Wait turn(Duration after = {}) { return deferred.turn(kBegin + after, {}); }
    [[nodiscard]] Status status() const { return base_->snapshot(); }
    /// Its error, once everybody knows that the session has ended.
    [[nodiscard]] Error error() const {
        REQUIRE(base_->wait(std::chrono::duration<double>(kPatience)));
        return status().error.value();
    }

    std::vector<std::string> warnings;  // complete when the session has ended
    std::string interface;              // that the transfer was made on
    Duration waited{};
    Made transfer;

  private:
    RuntimeDirectory directory_;
    std::unique_ptr<SessionFront> base_;

  public:
    DeferredTransfer deferred;
};

NetworkOptions named(const std::string& interface) {
    NetworkOptions network;
    network.interface = interface;
    return network;
}

}  // namespace

TEST_CASE("a session that has to wait says once for what", "[session]") {
    Waiting session(named("nope0"));
    CHECK_FALSE(session.turn().done);
    const std::string text = session.status().waiting_for;
    CHECK(text.find("nope0") != std::string::npos);
    (void)session.turn(1s);
    session.deferred.cancel("enough");
    CHECK(session.error().code == ErrorCode::cancelled);
    CHECK(session.warnings == std::vector{text});
}

TEST_CASE("waiting for an interface ends at its limit, with the reason", "[session]") {
    Waiting session(named("nope0"), 3s);
    CHECK(session.turn().until == kBegin + 1s);  // it looks again, told of a change or not
    CHECK(session.turn(2500ms).until == kBegin + 3s);
    CHECK_FALSE(session.turn(2999ms).done);
    CHECK(session.turn(3s).done);
    CHECK(session.error().code == ErrorCode::no_interface);
    CHECK(session.error().message.find("nope0") != std::string::npos);
}

TEST_CASE("without a limit a session waits for its interface for ever", "[session]") {
    Waiting session(named("nope0"));
    (void)session.turn();
    CHECK_FALSE(session.turn(10'000h).done);
}

TEST_CASE("an error that no waiting mends ends the wait at once", "[session]") {
    NetworkOptions network = named("nope0");
    network.port = 0;
    Waiting session(network);
    CHECK(session.turn().done);
    CHECK(session.error().code == ErrorCode::usage);
}

TEST_CASE("the transfer begins as soon as its interface can be used", "[session]") {
    in_namespace([] {
        Waiting session(named("lo"));  // which is down in a new namespace
        CHECK_FALSE(session.turn().done);
        CHECK(session.transfer.turns == 0);
        run("ip link set lo up");
        (void)session.turn(5s);
        CHECK(session.transfer.turns == 1);
        CHECK(session.interface == "lo");
        CHECK(session.waited == 5s);
        CHECK(session.status().interface == "lo");
        CHECK(session.status().waiting_for.empty());
    });
}

TEST_CASE("loopback does not take the place of an interface that is waited for", "[session]") {
    in_namespace([] {
        run("ip link set lo up");
        Waiting session{NetworkOptions{}};
        (void)session.turn();
        CHECK(session.transfer.turns == 0);
        session.deferred.cancel("");
        CHECK(session.error().code == ErrorCode::cancelled);
        REQUIRE(session.warnings.size() == 1);
        CHECK(session.warnings[0].find("--interface lo") != std::string::npos);
    });
}

TEST_CASE("once the transfer is made, all is its own to decide", "[session]") {
    Waiting session(mcast::test::loopback_network());
    (void)session.turn();
    (void)session.turn(1s);
    CHECK(session.transfer.turns == 2);
    session.deferred.cancel("too late");
    session.deferred.broken({ErrorCode::io, 0, "poll"});
    CHECK(session.status().state == State::in_progress);
    REQUIRE(session.transfer.failure);
    CHECK(session.transfer.failure->message == "poll");
}

TEST_CASE("a loop that breaks while a session waits ends it", "[session]") {
    Waiting session(named("nope0"));
    (void)session.turn();
    session.deferred.broken({ErrorCode::io, 0, "poll"});
    CHECK(session.error().code == ErrorCode::io);
    CHECK(session.turn(1s).done);
}
