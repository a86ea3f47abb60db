// SPDX-License-Identifier: MIT
#include "cli/follow.hpp"

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;
using Kind = Event::Kind;

namespace {

// A session that tells these events as it starts.
StartSession telling(std::vector<Event> events) {
    return [events](const Observer& observer) -> Result<std::unique_ptr<Session>> {
        for (const auto& event : events) observer(event);
        return std::make_unique<FakeSession>(events.back().status);
    };
}

// A session that runs on until it is cancelled, if it minds at all. The user interrupts as soon as
// somebody asks how far it is.
StartSession interrupted(FakeCommand& fake, std::optional<Status> outcome) {
    return [&fake, outcome](const Observer& observer) -> Result<std::unique_ptr<Session>> {
        auto session = std::make_unique<FakeSession>(running());
        session->on_query = [&fake] { fake.interrupt(); };
        session->on_cancel = [observer, outcome](std::string_view reason) {
            CHECK(reason == "interrupted");
            if (outcome) observer({Kind::end, *outcome, "", ""});
        };
        return session;
    };
}

}  // namespace

TEST_CASE("a transfer is told as what was chosen and how it ended", "[cli]") {
    FakeCommand fake(Role::sender);
    auto begin = running();
    begin.elapsed_s = 2;
    auto end = succeeded();
    end.receivers = {receiver("0a4d0001", "lab-01", State::success),
                     receiver("0a4d0002", "lab-02", State::success)};
    const auto start = telling({{Kind::chosen, begin, "", "239.255.77.77:7701 via eth0, rate auto"},
                                {Kind::start, begin, "", ""},
                                {Kind::end, end, "", ""}});
    CHECK(follow(fake.command, {}, start) == 0);
    CHECK(fake.err.str() ==
          "mcsend: session 5f0c2a91: 239.255.77.77:7701 via eth0, rate auto\n"
          "mcsend: image.raw: 1.0 GiB to 2 receivers, verified, in 3.2 s, 2.7 Gbit/s\n");
    CHECK(fake.out.str().empty());
}

TEST_CASE("a receiver tells what it receives and where it is", "[cli]") {
    FakeCommand fake(Role::receiver);
    auto end = succeeded(Role::receiver);
    end.peer = "10.0.0.5";
    end.path = "/srv/image.raw";
    auto joined = running(Role::receiver);
    joined.peer = "10.0.0.5";
    CHECK(follow(fake.command, {},
                 telling({{Kind::join, joined, "", ""}, {Kind::end, end, "", ""}})) == 0);
    CHECK(fake.err.str() ==
          "mcrecv: receiving image.raw, 1.0 GiB, from 10.0.0.5\n"
          "mcrecv: image.raw: 1.0 GiB from 10.0.0.5, verified, in 5.2 s, 1.7 Gbit/s, saved as "
          "/srv/image.raw\n");
}

TEST_CASE("a tool exits with the status of the error that its session ended with", "[cli]") {
    for (const auto& row : error_table()) {
        CAPTURE(row.name);
        FakeCommand fake(Role::sender);
        const auto start = telling({{Kind::end, failed(row.code), "", ""}});
        CHECK(follow(fake.command, {}, start) == row.exit_status);
        CHECK_THAT(fake.err.str(),
                   Catch::Contains("mcsend: error: it broke (" + std::string(row.name) + ")\n"));
    }
}

TEST_CASE("a session that cannot start is an error with its exit status", "[cli]") {
    for (const auto& row : error_table()) {
        FakeCommand fake(Role::sender);
        const auto start = [&row](const Observer&) -> Result<std::unique_ptr<Session>> {
            return fail(row.code, "x is not there");
        };
        CHECK(follow(fake.command, {}, start) == row.exit_status);
        CHECK_THAT(fake.err.str(), Catch::StartsWith("mcsend: error: x is not there (" +
                                                     std::string(row.name) + ")\n"));
    }
}

TEST_CASE("with --json every event is a line on standard output, the end last", "[cli]") {
    FakeCommand fake(Role::sender);
    OutputOptions output;
    output.json = true;
    CHECK(follow(fake.command, output,
                 telling({{Kind::chosen, running(), "", "eth0"},
                          {Kind::start, running(), "", ""},
                          {Kind::interval, running(), "", ""},
                          {Kind::end, succeeded(), "", ""}})) == 0);
    CHECK(fake.out.str() == "{event 0}\n{event 3}\n{event 4}\n{event 6}\n");
    CHECK_THAT(fake.err.str(), Catch::Contains("mcsend: session 5f0c2a91: eth0\n"));
}

TEST_CASE("with --quiet a success says nothing and an error only itself", "[cli]") {
    OutputOptions output;
    output.quiet = true;
    const std::vector<Event> before{{Kind::chosen, running(), "", "eth0"},
                                    {Kind::warning, running(), "", "small buffers"},
                                    {Kind::interval, running(), "", ""}};
    auto good = before;
    good.push_back({Kind::end, succeeded(), "", ""});
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, output, telling(good)) == 0);
    CHECK(fake.err.str().empty());

    auto bad = before;
    bad.push_back({Kind::end, failed(ErrorCode::timed_out, "nothing moved for 30 s"), "", ""});
    CHECK(follow(fake.command, output, telling(bad)) == 1);
    CHECK(fake.err.str() == "mcsend: error: nothing moved for 30 s (timed_out)\n");
}

TEST_CASE("an interrupt cancels the session, waits for its end, and exits with 130", "[cli]") {
    FakeCommand fake(Role::sender);
    const auto end = failed(ErrorCode::cancelled, "interrupted");
    CHECK(follow(fake.command, {}, interrupted(fake, end)) == 130);
    CHECK_THAT(fake.err.str(), Catch::Contains("mcsend: error: interrupted (cancelled)"));
    CHECK_FALSE(fake.exited_with);
}

TEST_CASE("an interrupt that comes too late to stop a success does not deny it", "[cli]") {
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, {}, interrupted(fake, succeeded())) == 0);
}

TEST_CASE("a session that does not end after an interrupt is left in bounded time", "[cli]") {
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, {}, interrupted(fake, {})) == 130);
    CHECK(fake.exited_with == 130);
    CHECK_THAT(fake.err.str(),
               Catch::Contains("the session did not end within 5.0 s of the interrupt"));
}

TEST_CASE("an interrupt while the session is being started cancels it, too", "[cli]") {
    FakeCommand fake(Role::sender);
    const auto start = [&fake](const Observer& observer) -> Result<std::unique_ptr<Session>> {
        fake.interrupt();
        auto session = std::make_unique<FakeSession>(running());
        session->on_cancel = [observer](std::string_view) {
            observer({Kind::end, failed(ErrorCode::cancelled), "", ""});
        };
        return session;
    };
    CHECK(follow(fake.command, {}, start) == 130);
    CHECK_FALSE(fake.exited_with);
}

TEST_CASE("after the end the interrupt handler is gone", "[cli]") {
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, {}, telling({{Kind::end, succeeded(), "", ""}})) == 0);
    CHECK_FALSE(fake.interrupt);
}
