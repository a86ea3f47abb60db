// SPDX-License-Identifier: MIT
#include "cli/view/present.hpp"

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

TEST_CASE("an error is one line with its name, and a hint on a line of its own", "[cli]") {
    FakeCommand fake(Role::sender);
    Voice(fake.command, false).error({ErrorCode::timed_out, 0, "nothing came"});
    CHECK(fake.err.str() ==
          "mcsend: error: nothing came (timed_out)\n"
          "mcsend: hint: look at the network between the two, or raise --timeout\n");
}

TEST_CASE("an error without a message is told by its meaning", "[cli]") {
    CHECK(error_text({ErrorCode::no_receivers, 0, ""}) ==
          "no receiver joined in time (no_receivers)");
}

TEST_CASE("colour is used on a terminal only, and not with NO_COLOR or a dumb one", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.command.out_is_terminal = true;
    CHECK_FALSE(colour_on_err(fake.command));
    fake.command.out_is_terminal = false;
    fake.command.err_is_terminal = true;
    CHECK(colour_on_err(fake.command));
    CHECK_FALSE(paper_of(fake.command).colour);
    Voice(fake.command, true).error({ErrorCode::io, 0, "x"});
    CHECK(fake.err.str() == "mcsend: \x1b[1;31merror: \x1b[0mx (io)\n");
    fake.environment["NO_COLOR"] = "1";
    CHECK_FALSE(colour_on_err(fake.command));
    fake.environment = {{"TERM", "dumb"}};
    CHECK_FALSE(colour_on_err(fake.command));
}

TEST_CASE("how far a session came is told from its bytes, not from its percent", "[cli]") {
    CHECK(state_text(failed(ErrorCode::io)) == "failed at 43 %");
    auto unknown = failed(ErrorCode::io);
    unknown.bytes_total.reset();
    CHECK(state_text(unknown) == "failed");
    auto empty = failed(ErrorCode::io);
    empty.bytes_total = 0;
    CHECK(state_text(empty) == "failed");
    CHECK(reached_percent(99999, 100000) == 99);
}

TEST_CASE("what failed after its last byte failed at 99 %, for it was never whole", "[cli]") {
    auto status = failed(ErrorCode::cancelled);
    status.bytes_done = *status.bytes_total;
    CHECK(state_text(status) == "failed at 99 %");
    CHECK(reached_percent(5, 5) == 99);
    CHECK(reached_percent(7, 5) == 99);
}

TEST_CASE("content that went to standard output is not said to be saved", "[cli]") {
    auto status = succeeded(Role::receiver);
    status.path = "/srv/image.raw";
    CHECK_THAT(success_text(status, {}), Catch::EndsWith(", saved as /srv/image.raw"));
    status.path = "-";
    CHECK_THAT(success_text(status, {}), Catch::EndsWith(", passed to standard output"));
}

TEST_CASE("the progress line tells percent, rate, time left and receivers, and more with more room",
          "[cli]") {
    auto status = running();
    status.receivers = {receiver("1", "a", State::success), receiver("2", "b", State::failure),
                        receiver("3", "c", State::in_progress)};
    status.stats.repaired = 812;
    CHECK(
        progress_text(status, 120) ==
        "43 % [############------------------] 941 Mbit/s, 5s left, 1/3 done, 1 failed, 444 MiB of "
        "1.0 GiB, 812 repair packets");
    CHECK(progress_text(status) ==
          "43 % [#####--------] 941 Mbit/s, 5s left, 1/3 done, 1 failed, 444 MiB of 1.0 GiB");
}

TEST_CASE("a narrow progress line goes without what matters least", "[cli]") {
    const auto text = [](std::size_t width) {
        return progress_text(running(Role::receiver), width);
    };
    CHECK(text(50) == "43 % 941 Mbit/s, 5s left, 444 MiB of 1.0 GiB");
    CHECK(text(42) == "43 % [######---------] 941 Mbit/s, 5s left");
    CHECK(text(36) == "43 % [###------] 941 Mbit/s, 5s left");
    CHECK(text(30) == "43 % 941 Mbit/s, 5s left");
}

TEST_CASE("while waiting the progress line is what is waited for", "[cli]") {
    auto status = running();
    status.phase = Phase::waiting;
    status.waiting_for = "2 of 4 receivers";
    CHECK(progress_text(status) == "waiting for 2 of 4 receivers");
    status.waiting_for = "waiting for the first receiver";
    CHECK(progress_text(status) == "waiting for the first receiver");
}

TEST_CASE("progress of an unknown size is told in bytes", "[cli]") {
    auto status = running(Role::receiver);
    status.bytes_total.reset();
    status.eta_s.reset();
    CHECK(progress_text(status) == "444 MiB 941 Mbit/s");
}

TEST_CASE("progress by an expected size is told in percent, with the size as a guess", "[cli]") {
    auto status = running(Role::receiver);
    status.bytes_expected = std::exchange(status.bytes_total, {});
    CHECK(progress_text(status, 200).starts_with("43 % ["));
    CHECK(progress_text(status, 200).ends_with("444 MiB of about 1.0 GiB"));
    CHECK(size_text(status) == "about 1.0 GiB");
    status.bytes_total = 1 << 20;
    CHECK(size_text(status) == "1.0 MiB");
}

TEST_CASE("a wait in the middle of a transfer is told behind its progress", "[cli]") {
    auto status = running(Role::receiver);
    status.phase = Phase::finishing;
    status.waiting_for = "the disk";
    CHECK(progress_text(status) ==
          "43 % finishing 941 Mbit/s, 5s left, waiting for the disk, 444 MiB of 1.0 GiB");
}

TEST_CASE("a success says whether it was proved", "[cli]") {
    auto sent = succeeded();
    sent.receivers = {receiver("1", "a", State::success)};
    CHECK(success_text(sent, 3.2) ==
          "image.raw: 1.0 GiB to 1 receiver, verified, in 3.2 s, 2.7 Gbit/s");
    sent.receivers.push_back(receiver("2", "", State::success));
    sent.receivers.back().verified = false;
    CHECK(success_text(sent, 3.2) ==
          "image.raw: 1.0 GiB to 2 receivers, 1 of them not verified, in 3.2 s, 2.7 Gbit/s");
    auto got = succeeded(Role::receiver);
    got.digest.reset();
    CHECK(success_text(got, 3.2) ==
          "image.raw: 1.0 GiB, not verified: no digest was offered, in 3.2 s, 2.7 Gbit/s");
}

TEST_CASE("an empty file has no rate", "[cli]") {
    auto got = succeeded(Role::receiver);
    got.bytes_total = 0;
    got.bytes_done = 0;
    CHECK(success_text(got, 0.0) == "image.raw: 0 B, verified, in 0 ms");
}

TEST_CASE("a file of a few packets has no rate, but a time that says something", "[cli]") {
    auto sent = succeeded();
    sent.receivers = {receiver("1", "a", State::success)};
    sent.bytes_total = sent.bytes_done = 6;
    CHECK(success_text(sent, 0.0161) == "image.raw: 6 B to 1 receiver, verified, in 16 ms");
    sent.bytes_total = sent.bytes_done = 3 << 20;
    CHECK(success_text(sent, 0.0396) ==
          "image.raw: 3.0 MiB to 1 receiver, verified, in 40 ms, 636 Mbit/s");
}

TEST_CASE("each receiver that failed is named with its cause and what to do", "[cli]") {
    FakeCommand fake(Role::sender);
    auto status = failed(ErrorCode::receivers_failed, "1 of 2 receivers failed");
    status.receivers = {receiver("1", "lab-01", State::success),
                        receiver("2", "lab-02", State::failure, 466092032)};
    status.receivers[1].error = Error{ErrorCode::no_space, 28, "cannot write /srv/image.raw"};
    tell_outcome(Voice(fake.command, false), status, {});
    CHECK(fake.err.str() ==
          "mcsend: image.raw: 1 of 2 have it, verified, in 4.0 s, 2.1 Gbit/s\n"
          "mcsend: error: 1 of 2 receivers failed (receivers_failed)\n"
          "mcsend: hint: look at the error of each, then start mcrecv there and send again\n"
          "mcsend: warning: lab-02 (10.0.0.12): failed at 44 %: cannot write /srv/image.raw "
          "(no_space); make room there, look at `ulimit -f`, or choose another --output\n");
}

TEST_CASE("what failed says how far it came, in percent and bytes, before it says why", "[cli]") {
    const auto told = [](const Status& status) {
        FakeCommand fake(Role::receiver);
        tell_outcome(Voice(fake.command, false), status, {});
        return fake.err.str();
    };
    auto status = failed(ErrorCode::cancelled, "interrupted", Role::receiver);
    CHECK(told(status) ==
          "mcrecv: image.raw: failed at 43 %, 444 MiB of 1.0 GiB\n"
          "mcrecv: error: interrupted (cancelled)\n");
    status.bytes_total.reset();
    CHECK_THAT(told(status), Catch::StartsWith("mcrecv: image.raw: failed, 444 MiB\n"));
    status.bytes_done = 0;
    CHECK(told(status) == "mcrecv: error: interrupted (cancelled)\n");
}

TEST_CASE("a thousand failures are a screenful and a pointer to the rest", "[cli]") {
    FakeCommand fake(Role::sender);
    auto status = failed(ErrorCode::all_receivers_failed);
    status.receivers.assign(1000, receiver("1", "lab", State::failure));
    tell_outcome(Voice(fake.command, false), status, {});
    const auto text = fake.err.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 24);
    CHECK_THAT(text, Catch::EndsWith("980 more failed; `mcsend status 5f0c2a91` lists them\n"));
}

TEST_CASE("the progress line names the receiver that sets the pace, and why", "[cli]") {
    auto status = running();
    status.receivers = {receiver("1", "lab-05", State::in_progress)};
    auto& slow = status.receivers.front();
    slow.rate_bps = 20000000;
    slow.cause = Cause::link;
    CHECK_THAT(progress_text(status), !Catch::Contains("paced"));
    status.paced_by = "1";
    CHECK_THAT(progress_text(status), Catch::Contains(", paced by lab-05 (link, 20 Mbit/s)"));
    slow.cause = Cause::loss;
    slow.loss = 0.2;
    CHECK_THAT(progress_text(status), Catch::Contains(", paced by lab-05 (loss 20 %)"));
}

TEST_CASE("the progress line says from whom nothing is heard", "[cli]") {
    auto status = running();
    status.receivers = {receiver("1", "lab-04", State::in_progress),
                        receiver("2", "lab-05", State::in_progress)};
    status.receivers[0].limited_by = LimitedBy::gone;
    status.receivers[0].report_age_s = 3;
    CHECK_THAT(progress_text(status), Catch::Contains(", no word from lab-04 for 3s"));
    status.receivers[1].limited_by = LimitedBy::gone;
    CHECK_THAT(progress_text(status), Catch::Contains(", no word from 2 machines for 3s"));
}

TEST_CASE("on a terminal a long line is broken between words, in a log it is whole", "[cli]") {
    FakeCommand fake(Role::sender);
    const std::string text =
        "sending image.raw, 60 MiB, to 239.255.77.77:7701 via e0 (10.77.0.250, the route to the "
        "group), rate auto";
    Voice(fake.command, false).say(text);
    CHECK(fake.err.str() == "mcsend: " + text + "\n");
    fake.err.str("");
    fake.command.err_is_terminal = true;
    Voice(fake.command, false).say(text);
    CHECK(fake.err.str() ==
          "mcsend: sending image.raw, 60 MiB, to 239.255.77.77:7701 via e0 (10.77.0.250,\n"
          "        the route to the group), rate auto\n");
}

TEST_CASE("a session that began with fewer than were asked for says so in the end", "[cli]") {
    auto sent = succeeded();
    sent.receivers = {receiver("1", "a", State::success)};
    sent.receivers_wanted = 12;
    sent.receivers_at_start = 11;
    CHECK_THAT(success_text(sent, 3.2), Catch::EndsWith(", began with 11 of 12"));
    sent.receivers_at_start = 12;
    CHECK_THAT(success_text(sent, 3.2), !Catch::Contains("began"));
}
