// SPDX-License-Identifier: MIT
#include "session/loop/session_front.hpp"

#include <future>

#include <mcast/registry.hpp>

#include "support/catch.hpp"
#include "unit/control/support.hpp"

using namespace mcast;
using namespace mcast::session;
using control::test::RuntimeDirectory;

namespace {

std::unique_ptr<SessionFront> a_session(Observer observer) {
    Status status;
    status.name = "image.raw";
    status.bytes_total = 1000;
    auto base = SessionFront::create(status, std::move(observer)).value();
    REQUIRE(base->serve({}));
    base->update([](Status& s) { s.bytes_done = 430; });
    return base;
}

}  // namespace

TEST_CASE("the end shows only when it is on record, so that a death in between takes nothing back",
          "[session]") {
    const RuntimeDirectory directory;
    std::promise<void> busy;
    auto base = a_session([&](const Event& event) {
        if (event.kind == Event::Kind::warning) busy.get_future().wait();
    });
    // The observer holds up the thread that writes the record.
    base->emit(Event::Kind::warning);
    base->fail({ErrorCode::no_space, 0, "full"});
    CHECK(base->ended());
    const auto before = registry::query("", Role::sender).value();
    CHECK(before.state == State::in_progress);
    CHECK(before.phase == Phase::finishing);
    CHECK(before.percent == 43);
    CHECK_FALSE(before.error);
    CHECK(base->snapshot().state == State::in_progress);
    busy.set_value();
    REQUIRE(base->wait({}));
    CHECK(base->snapshot().error->code == ErrorCode::no_space);
    CHECK(registry::query("", Role::sender).value().percent == 100);
}

TEST_CASE("the end says for how long data flowed, and nothing when none did", "[session]") {
    const RuntimeDirectory directory;
    const bool began = GENERATE(true, false);
    std::promise<Event> end;
    auto base = a_session([&](const Event& event) {
        if (event.kind == Event::Kind::end) end.set_value(event);
    });
    if (began) base->emit(Event::Kind::start);
    base->succeed({}, {});
    const auto told = end.get_future().get();
    CHECK(told.data_s.has_value() == began);
    if (began) CHECK(*told.data_s <= told.status->elapsed_s);
}

TEST_CASE("only the end of a session lists its receivers, and each event has its time",
          "[session]") {
    const RuntimeDirectory directory;
    std::vector<Event> heard;
    auto base = a_session([&](const Event& event) { heard.push_back(event); });
    ReceiverStatus row;
    row.id = "0a4d0002";
    base->update([&](Status& status) { status.receivers = {row}; });
    base->emit(Event::Kind::chosen);
    base->emit_row(Event::Kind::join, row);
    base->emit(Event::Kind::interval);
    base->succeed({}, {});
    REQUIRE(base->wait({}));
    REQUIRE(heard.size() == 4);
    for (const auto& event : heard) {
        CHECK(event.session == base->id());
        CHECK(event.time > WallTime{});
        const bool end = event.kind == Event::Kind::end;
        if (event.status) CHECK(event.status->receivers.size() == (end ? 1 : 0));
    }
    CHECK_FALSE(heard[1].status);
    CHECK(heard[1].receiver->id == "0a4d0002");
    CHECK(heard[3].status);
}
