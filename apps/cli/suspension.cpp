// SPDX-License-Identifier: MIT
#include "cli/suspension.hpp"

#include <pthread.h>

namespace mcast::cli {

Suspension::Suspension() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGTSTP);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
}

Suspension::~Suspension() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Suspension::wanted() const {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGTSTP) == 1;
}

// The default action of the waiting signal is right: the shell learns of the stop, and the system
// does not stop a process that nobody could continue.
void Suspension::stop() {
    pthread_sigmask(SIG_UNBLOCK, &signal_, nullptr);
    pthread_sigmask(SIG_BLOCK, &signal_, nullptr);
}

}  // namespace mcast::cli
