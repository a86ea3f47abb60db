// SPDX-License-Identifier: MIT
#include "session/loop/driver.hpp"

#include <cerrno>

#include <poll.h>
#include <sys/prctl.h>

#include "session/loop/batch_scheduling.hpp"
#include "session/loop/real_clock.hpp"

namespace mcast::session {
namespace {

constexpr unsigned long kTimerSlackNs = 1000;  // the default of 50 us is a whole batch at 10 Gbit/s

using Polled = std::array<pollfd, kSockets + 1>;  // the mailbox comes last

Polled interests(const Wait& wait, int mailbox) {
    Polled fds{};
    for (std::size_t i = 0; i < kSockets; ++i) {
        const auto& socket = wait.sockets[i];
        const int events = (socket.read ? POLLIN : 0) | (socket.write ? POLLOUT : 0);
        // A socket that nobody waits for is left out: its POLLERR would make the loop spin.
        fds[i] = {events != 0 ? socket.fd : -1, static_cast<short>(events), 0};
    }
    fds[kSockets] = {mailbox, POLLIN, 0};
    return fds;
}

}  // namespace

void Driver::run() {
    become_bulk_thread("mc-loop");
    ::prctl(PR_SET_TIMERSLACK, kTimerSlackNs);
    Wait wait = transfer_.turn(real_now(), {});
    while (!wait.done) {
        auto fds = interests(wait, mailbox_.fd());
        const bool timed = wait.until != kNever;
        const timespec limit = timed ? time_left(wait.until) : timespec{};
        const int count = ::ppoll(fds.data(), fds.size(), timed ? &limit : nullptr, nullptr);
        if (count < 0 && errno != EINTR) {
            transfer_.broken({ErrorCode::internal, errno, "cannot wait for the sockets"});
        }
        Ready ready{};
        if (count > 0) {
            for (std::size_t i = 0; i < kSockets; ++i) {
                ready[i] = (fds[i].revents & (POLLIN | POLLERR)) != 0;
            }
            if (fds[kSockets].revents != 0) mailbox_.drain();
        }
        mailbox_.run();
        wait = transfer_.turn(real_now(), ready);
    }
    mailbox_.close();
}

}  // namespace mcast::session
