// SPDX-License-Identifier: MIT
#include "session/loop/batch_scheduling.hpp"

#include <sched.h>
#include <sys/prctl.h>

namespace mcast::session {

void become_bulk_thread(const char* name) {
    ::prctl(PR_SET_NAME, name);
    const sched_param none{};
    // The policy is this thread's alone. If the system refuses it, the thread keeps the one it has.
    if (::sched_getscheduler(0) == SCHED_OTHER) ::sched_setscheduler(0, SCHED_BATCH, &none);
}

}  // namespace mcast::session
