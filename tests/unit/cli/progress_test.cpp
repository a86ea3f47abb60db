// SPDX-License-Identifier: MIT
#include "cli/view/progress.hpp"

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

Status waiting(std::string what) {
    auto status = running();
    status.phase = Phase::waiting;
    status.waiting_for = std::move(what);
    return status;
}

std::ptrdiff_t lines(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("on a terminal one line is redrawn in place and taken away again", "[cli]") {
    FakeCommand fake(Role::receiver);
    fake.command.err_is_terminal = true;
    Progress progress(fake.command, ProgressMode::automatic, false);
    progress.update(running(Role::receiver));
    progress.clear();
    progress.clear();
    CHECK(fake.err.str() ==
          "\r\x1b[Kmcrecv: 43 % [##########--------------] 941 Mbit/s, 5s left, 444 MiB of "
          "1.0 GiB\r\x1b[K");
}

TEST_CASE("the line in place never reaches the last column", "[cli]") {
    FakeCommand fake(Role::receiver);
    fake.width = 20;
    Progress progress(fake.command, ProgressMode::always, false);
    progress.update(running(Role::receiver));
    CHECK(fake.err.str() == "\r\x1b[Kmcrecv: 43 % 941 ..");
}

TEST_CASE("without a terminal a line comes every few seconds", "[cli]") {
    FakeCommand fake(Role::receiver);
    Progress progress(fake.command, ProgressMode::automatic, false);
    auto status = running(Role::receiver);
    for (int second = 0; second < 60; ++second) {
        status.percent = second;
        progress.update(status);
    }
    CHECK(lines(fake.err.str()) == 12);
    CHECK(fake.err.str().find('\r') == std::string::npos);
}

TEST_CASE("without a terminal a new phase is told at once and a long wait once", "[cli]") {
    FakeCommand fake(Role::sender);
    Progress progress(fake.command, ProgressMode::automatic, false);
    for (int second = 0; second < 60; ++second) progress.update(waiting("the first receiver"));
    CHECK(fake.err.str() == "mcsend: waiting for the first receiver\n");
    progress.update(running());
    CHECK(lines(fake.err.str()) == 2);
}

TEST_CASE("a session that waits for nothing any more tells its end and no wait", "[cli]") {
    FakeCommand fake(Role::sender);
    Progress progress(fake.command, ProgressMode::automatic, false);
    progress.update(waiting("the first receiver"));
    for (int second = 0; second < 60; ++second) progress.update(waiting(""));
    CHECK(fake.err.str() == "mcsend: waiting for the first receiver\n");
}

TEST_CASE("with never or --quiet there is no progress", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.command.err_is_terminal = true;
    Progress(fake.command, ProgressMode::never, false).update(running());
    Progress(fake.command, ProgressMode::always, true).update(running());
    CHECK(fake.err.str().empty());
}

TEST_CASE("a session that has ended is no progress", "[cli]") {
    FakeCommand fake(Role::sender);
    Progress(fake.command, ProgressMode::always, false).update(succeeded());
    CHECK(fake.err.str().empty());
}
