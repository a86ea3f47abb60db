// SPDX-License-Identifier: MIT
#include "session/loop/event_dispatcher.hpp"

#include <future>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

constexpr std::chrono::seconds kDeadline{20};  // a failure bound, never waited for

Event event(Event::Kind kind, std::string text = {}) {
    Event event;
    event.kind = kind;
    event.status = std::make_shared<const Status>();
    event.text = std::move(text);
    return event;
}

// Writes down what each outlet got, in one order.
struct Log {
    EventDispatcher::Outlets outlets() {
        EventDispatcher::Outlets all;
        all.record = [this](const Status&) { return entries.emplace_back("record"), recorded; };
        all.publish = [this](const Event& e) { entries.push_back("publish " + e.text); };
        all.observer = [this](const Event& e) { entries.push_back("observe " + e.text); };
        return all;
    }
    std::vector<std::string> entries;
    Result<void> recorded;
};

}  // namespace

TEST_CASE("the final status is on record before anyone hears of the end", "[session]") {
    Log log;
    EventDispatcher dispatcher(log.outlets());
    dispatcher.push(event(Event::Kind::start, "start"));
    dispatcher.push(event(Event::Kind::end, "end"));
    REQUIRE(dispatcher.wait(kDeadline));
    CHECK(log.entries == std::vector<std::string>{"publish start", "observe start", "record",
                                                  "publish end", "observe end"});
}

TEST_CASE("nothing follows the end, and there is one only", "[session]") {
    Log log;
    {
        EventDispatcher dispatcher(log.outlets());
        dispatcher.push(event(Event::Kind::end, "end"));
        dispatcher.push(event(Event::Kind::warning, "late"));
        dispatcher.push(event(Event::Kind::end, "again"));
    }
    CHECK(log.entries == std::vector<std::string>{"record", "publish end", "observe end"});
}

TEST_CASE("a record that cannot be written is told as a warning before the end", "[session]") {
    Log log;
    log.recorded = fail(ErrorCode::no_space, "no room for the record");
    EventDispatcher dispatcher(log.outlets());
    dispatcher.push(event(Event::Kind::end, "end"));
    REQUIRE(dispatcher.wait(kDeadline));
    CHECK(log.entries == std::vector<std::string>{"record", "publish no room for the record",
                                                  "observe no room for the record", "publish end",
                                                  "observe end"});
}

TEST_CASE("an observer that is behind gets the latest interval and every other event",
          "[session]") {
    Log log;
    std::promise<void> gate;
    auto outlets = log.outlets();
    outlets.observer = [&, opened = gate.get_future().share()](const Event& e) {
        opened.wait();
        log.entries.push_back("observe " + e.text);
    };
    outlets.publish = [](const Event&) {};
    EventDispatcher dispatcher(std::move(outlets));
    dispatcher.push(event(Event::Kind::start, "start"));
    for (const auto* text : {"1", "2", "3"}) {
        dispatcher.push(event(Event::Kind::interval, text));
    }
    dispatcher.push(event(Event::Kind::warning, "warning"));
    dispatcher.push(event(Event::Kind::end, "end"));
    gate.set_value();
    REQUIRE(dispatcher.wait(kDeadline));
    CHECK(log.entries == std::vector<std::string>{"observe start", "observe 3", "observe warning",
                                                  "record", "observe end"});
}

TEST_CASE("a wait that times out says so and changes nothing", "[session]") {
    Log log;
    EventDispatcher dispatcher(log.outlets());
    CHECK_FALSE(dispatcher.wait(std::chrono::seconds(0)));
    dispatcher.push(event(Event::Kind::end, "end"));
    CHECK(dispatcher.wait({}));
    CHECK(dispatcher.wait(std::chrono::seconds(0)));
}

TEST_CASE("all who wait wake at the end", "[session]") {
    Log log;
    EventDispatcher dispatcher(log.outlets());
    std::vector<std::future<bool>> waiting;
    for (int i = 0; i < 8; ++i) {
        waiting.push_back(
            std::async(std::launch::async, [&] { return dispatcher.wait(kDeadline); }));
    }
    dispatcher.push(event(Event::Kind::end, "end"));
    for (auto& one : waiting) CHECK(one.get());
}

TEST_CASE("an observer that takes nothing loses what is too much, is told so, and hears the end",
          "[session]") {
    std::promise<void> gate;
    std::vector<std::string> heard;
    EventDispatcher::Outlets outlets;
    outlets.record = [](const Status&) { return Result<void>(); };
    outlets.publish = [](const Event&) {};
    outlets.observer = [&, opened = gate.get_future().share()](const Event& e) {
        opened.wait();
        heard.push_back(e.text);
    };
    EventDispatcher dispatcher(std::move(outlets));
    const std::size_t joins = EventDispatcher::kMostWaiting + 11;
    for (std::size_t i = 0; i < joins; ++i) dispatcher.push(event(Event::Kind::join, "join"));
    dispatcher.push(event(Event::Kind::end, "end"));
    gate.set_value();
    REQUIRE(dispatcher.wait(kDeadline));
    // One of them may have been with the observer already.
    CHECK(heard.size() <= EventDispatcher::kMostWaiting + 3);
    CHECK_THAT(heard[heard.size() - 2],
               Catch::EndsWith("events are left out: nobody took them in time"));
    CHECK(heard.back() == "end");
}
