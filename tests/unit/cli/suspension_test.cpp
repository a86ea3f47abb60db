// SPDX-License-Identifier: MIT
#include "cli/suspension.hpp"

#include <functional>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/interrupts.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

// How often a process with this body was stopped until it ended well; -1: it ended badly.
int stops_of(const std::function<bool()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);  // as a shell's foreground job, which somebody can continue
        alarm(20);      // should a case hang, it does not take the tests along
        _exit(body() ? 0 : 1);
    }
    int stops = 0;
    int status = 0;
    while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
        ++stops;
        kill(child, SIGCONT);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? stops : -1;
}

void press_ctrl_z() {
    kill(getpid(), SIGTSTP);
}

}  // namespace

TEST_CASE("Ctrl-Z that is held back stops the process when it says so, each time", "[cli]") {
    CHECK(stops_of([] {
              const Interrupts interrupts;  // whose thread does not take it either
              Suspension suspension;
              const bool before = suspension.wanted();
              press_ctrl_z();
              const bool held = suspension.wanted();
              suspension.stop();
              const bool after = suspension.wanted();
              press_ctrl_z();
              suspension.stop();
              return !before && held && !after;
          }) == 2);
}

TEST_CASE("nothing stops a process that was not asked to", "[cli]") {
    CHECK(stops_of([] {
              Suspension suspension;
              suspension.stop();
              return true;
          }) == 0);
}

TEST_CASE("a Ctrl-Z that was held back to the end takes effect then", "[cli]") {
    CHECK(stops_of([] {
              {
                  const Suspension suspension;
                  press_ctrl_z();
              }
              return true;
          }) == 1);
}

TEST_CASE("Ctrl-Z gives the watched terminal back, and it is drawn anew afterwards", "[cli]") {
    CHECK(stops_of([] {
              FakeCommand fake(Role::sender);
              fake.command.out_is_terminal = true;
              fake.command.library.watch_all = [](std::vector<std::string>) {
                  const FakeWatcher::Step end = [](auto& all) { all = {succeeded()}; };
                  return Result<std::unique_ptr<registry::Watcher>>(
                      std::make_unique<FakeWatcher>(
                          std::vector{running()},
                          std::vector<FakeWatcher::Step>{[](auto&) { press_ctrl_z(); }, end}));
              };
              if (fake.run({"status", "--watch", "1h"}) != 0) return false;
              const auto text = fake.out.str();
              const auto left = text.find("\x1b[?1049l");
              const auto again = text.find("\x1b[?1049h", left);
              return left != std::string::npos && again != std::string::npos &&
                     text.find(" 43 %", again) != std::string::npos;
          }) == 1);
}
