// SPDX-License-Identifier: MIT
#include "cli/suspension.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

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

// Threads of this process that do not block the signal.
int threads_that_take(int signal) {
    int count = 0;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream status(task.path() / "status");
        const std::string label = "SigBlk:";
        std::string word;
        do status >> word;
        while (status && word != label);
        std::uint64_t blocked = 0;
        status >> std::hex >> blocked;
        count += (blocked >> (signal - 1) & 1) == 0;
    }
    return count;
}

void press_ctrl_z() {
    kill(getpid(), SIGTSTP);
}

}  // namespace

TEST_CASE("Ctrl-Z that is held back stops the process when it says so, each time", "[cli]") {
    CHECK(stops_of([] {
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

TEST_CASE("no thread takes the Ctrl-Z that is held back, not that of the interrupts either",
          "[cli]") {
    CHECK(stops_of([] {
              Interrupts interrupts;
              interrupts.set_handler([] {});
              const Suspension suspension;
              // A thread that is about to run blocks everything for a moment.
              while (threads_that_take(SIGALRM) < 2) std::this_thread::yield();
              return threads_that_take(SIGTSTP) == 0;
          }) == 0);
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
                  return Result<std::unique_ptr<registry::Watcher>>(std::make_unique<FakeWatcher>(
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
