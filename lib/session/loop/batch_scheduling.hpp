// SPDX-License-Identifier: MIT
#pragma once

namespace mcast::session {

/// Names the calling thread and gives it the scheduling policy for bulk data (SCHED_BATCH): when it
/// wakes, it waits for its turn instead of interrupting a thread that computes; its share of the
/// processor stays the same. Sender, receivers and their workers then hand on whole batches instead
/// of taking the processor from each other for a few packets. A thread that answers a status query
/// does not call this. A scheduling policy that the user has chosen stays.
void become_bulk_thread(const char* name);

}  // namespace mcast::session
