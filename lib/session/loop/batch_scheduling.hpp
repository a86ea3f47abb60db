// SPDX-License-Identifier: MIT
#pragma once

namespace mcast::session {

/// Makes the calling thread, from now on `name`, one that moves bulk data: when it is woken it
/// waits for its turn and does not interrupt who computes (SCHED_BATCH; its share of the processor
/// stays the same). Sender, receivers and their workers then hand on whole batches instead of
/// taking the processor from each other for a few packets, and who asks for the status is not one
/// of them. A scheduling policy that the user has chosen stays.
void become_bulk_thread(const char* name);

}  // namespace mcast::session
