// SPDX-License-Identifier: MIT
#include "cli/view/follow.hpp"

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
        return std::make_unique<FakeSession>(*events.back().status);
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
            if (outcome) observer(told(Kind::end, *outcome));
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
    const auto start = telling({told(Kind::chosen, begin, "239.255.77.77:7701 via eth0, rate auto"),
                                told(Kind::start, begin), told(Kind::end, end)});
    CHECK(follow(fake.command, {}, start) == 0);
    CHECK(fake.err.str() ==
          "mcsend: session 5f0c2a91: 239.255.77.77:7701 via eth0, rate auto\n"
          "mcsend: image.raw: 1.0 GiB to 2 receivers, verified, in 3.2 s, 2.7 Gbit/s\n"
          "mcsend: lab-01 (10.0.0.12): verified\n"
          "mcsend: lab-02 (10.0.0.12): verified\n");
    CHECK(fake.out.str().empty());
}

TEST_CASE("a receiver tells what it receives and where it is", "[cli]") {
    FakeCommand fake(Role::receiver);
    auto end = succeeded(Role::receiver);
    end.peer = "10.0.0.5";
    end.path = "/srv/image.raw";
    auto joined = running(Role::receiver);
    joined.peer = "10.0.0.5";
    CHECK(follow(fake.command, {}, telling({told(Kind::join, joined), told(Kind::end, end)})) == 0);
    CHECK(fake.err.str() ==
          "mcrecv: receiving image.raw, 1.0 GiB, from 10.0.0.5\n"
          "mcrecv: image.raw: 1.0 GiB from 10.0.0.5, verified, in 5.2 s, 1.7 Gbit/s, saved as "
          "/srv/image.raw\n");
}

TEST_CASE("a tool exits with the status of the error that its session ended with", "[cli]") {
    for (const auto& row : error_table()) {
        CAPTURE(row.name);
        FakeCommand fake(Role::sender);
        const auto start = telling({told(Kind::end, failed(row.code))});
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
                 telling({told(Kind::chosen, running(), "eth0"), told(Kind::start, running()),
                          told(Kind::interval, running()), told(Kind::end, succeeded())})) == 0);
    CHECK(fake.out.str() == "{event 0}\n{event 3}\n{event 4}\n{event 9}\n");
    CHECK_THAT(fake.err.str(), Catch::Contains("mcsend: session 5f0c2a91: eth0\n"));
}

TEST_CASE("with --quiet a success says nothing and an error only itself", "[cli]") {
    OutputOptions output;
    output.quiet = true;
    const std::vector<Event> before{told(Kind::chosen, running(), "eth0"),
                                    told(Kind::warning, running(), "small buffers"),
                                    told(Kind::interval, running())};
    auto good = before;
    good.push_back(told(Kind::end, succeeded()));
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, output, telling(good)) == 0);
    CHECK(fake.err.str().empty());

    auto bad = before;
    bad.push_back(told(Kind::end, failed(ErrorCode::timed_out, "nothing moved for 30 s")));
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
            observer(told(Kind::end, failed(ErrorCode::cancelled)));
        };
        return session;
    };
    CHECK(follow(fake.command, {}, start) == 130);
    CHECK_FALSE(fake.exited_with);
}

TEST_CASE("after the end the interrupt handler is gone", "[cli]") {
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, {}, telling({told(Kind::end, succeeded())})) == 0);
    CHECK_FALSE(fake.interrupt);
}

TEST_CASE("what happens to the receivers is told as it happens", "[cli]") {
    FakeCommand fake(Role::sender);
    auto lost = receiver("2", "lab-02", State::failure);
    lost.error = Error{ErrorCode::receiver_lost, 0, "nothing heard from it any more"};
    auto end = failed(ErrorCode::receivers_failed, "1 of 2 receivers failed");
    end.receivers = {receiver("1", "lab-01", State::success), lost};
    const auto start = telling(
        {told(Kind::join, receiver("1", "lab-01", State::in_progress), "lab-01 joined"),
         told(Kind::join, receiver("2", "lab-02", State::in_progress), "lab-02 joined"),
         told(Kind::start, running()),
         told(Kind::behind, receiver("1", "lab-01", State::in_progress), "lab-01 is left behind"),
         told(Kind::back, receiver("1", "lab-01", State::in_progress), "lab-01 is back"),
         told(Kind::receiver, lost, "lab-02 failed at 44 %"),
         told(Kind::receiver, receiver("1", "lab-01", State::success), "lab-01 has it"),
         told(Kind::end, end)});
    CHECK(follow(fake.command, {}, start) == 4);
    const auto text = fake.err.str();
    CHECK_THAT(text, Catch::Contains("mcsend: lab-01 joined\n"
                                     "mcsend: lab-02 joined\n"
                                     "mcsend: warning: lab-01 is left behind\n"
                                     "mcsend: lab-01 is back\n"
                                     "mcsend: warning: lab-02 failed at 44 %\n"));
    CHECK_THAT(text, Catch::Contains("mcsend: image.raw: 1 of 2 have it, verified, in 0 ms\n"));
    CHECK_THAT(text, Catch::Contains("mcsend: lab-01 (10.0.0.12): verified, 0 ms\n"));
}

TEST_CASE("forty machines that join at once are one line, and a range at the end", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.command.now = [] { return SteadyTime{}; };  // all of it within one turn
    std::vector<Event> events{told(Kind::chosen, running(), "via eth0")};
    auto end = succeeded();
    for (int i = 1; i <= 40; ++i) {
        const auto host = std::string(i < 10 ? "lab-0" : "lab-") + std::to_string(i);
        events.push_back(told(Kind::join, receiver(host, host, State::in_progress)));
        end.receivers.push_back(receiver(host, host, State::success));
    }
    events.push_back(told(Kind::end, end));
    CHECK(follow(fake.command, {}, telling(events)) == 0);
    CHECK_THAT(fake.err.str(), Catch::Contains("mcsend: 40 machines joined: lab-[01-40]\n"));
    CHECK_THAT(fake.err.str(), Catch::Contains("mcsend: 40 have it: lab-[01-40]\n"));
}
