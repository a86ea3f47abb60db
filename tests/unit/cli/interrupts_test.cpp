// SPDX-License-Identifier: MIT
#include "cli/interrupts.hpp"

#include <functional>
#include <future>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

using mcast::cli::Interrupts;

namespace {

// Signals are for whole processes: each case runs in one of its own. The exit status of it.
int in_a_process(const std::function<void()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);  // should a case hang, it does not take the tests along
        body();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("an interrupt that nobody handles ends the process with 130", "[cli]") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        CHECK(in_a_process([signal] {
                  const Interrupts interrupts;
                  kill(getpid(), signal);
                  pause();
              }) == 130);
    }
}

TEST_CASE("an interrupt ends the process with 130 when the handler is no more", "[cli]") {
    CHECK(in_a_process([] {
              Interrupts interrupts;
              interrupts.set_handler([] {});
              interrupts.set_handler({});
              kill(getpid(), SIGINT);
              pause();
          }) == 130);
}

TEST_CASE("the first interrupt calls the handler and the process goes on", "[cli]") {
    CHECK(in_a_process([] {
              Interrupts interrupts;
              std::promise<void> called;
              interrupts.set_handler([&called] { called.set_value(); });
              kill(getpid(), SIGINT);
              called.get_future().wait();
              interrupts.set_handler({});
              _exit(7);
          }) == 7);
}

TEST_CASE("the second interrupt ends the process even while the handler runs", "[cli]") {
    CHECK(in_a_process([] {
              Interrupts interrupts(std::chrono::seconds(0));
              interrupts.set_handler([] {
                  kill(getpid(), SIGTERM);
                  std::promise<void>().get_future().wait();
              });
              kill(getpid(), SIGINT);
              pause();
          }) == 130);
}

TEST_CASE("a signal that comes twice at once is one interrupt", "[cli]") {
    CHECK(in_a_process([] {
              std::promise<void> called;
              {
                  Interrupts interrupts(std::chrono::hours(1));
                  interrupts.set_handler([&called] { called.set_value(); });
                  kill(getpid(), SIGTERM);
                  called.get_future().wait();
                  kill(getpid(), SIGTERM);
                  sigset_t pending;
                  do sigpending(&pending);
                  while (sigismember(&pending, SIGTERM) == 1);
              }
              _exit(7);
          }) == 7);
}

TEST_CASE("a signal that was ignored when the process began stays ignored", "[cli]") {
    CHECK(in_a_process([] {
              signal(SIGHUP, SIG_IGN);
              Interrupts interrupts;
              interrupts.set_handler([] {});
              // What is not blocked is not waited for either, and the system throws it away.
              sigset_t blocked;
              pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
              _exit(sigismember(&blocked, SIGHUP) == 0 && sigismember(&blocked, SIGINT) == 1 ? 5
                                                                                             : 6);
          }) == 5);
}
