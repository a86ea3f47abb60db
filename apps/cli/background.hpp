// SPDX-License-Identifier: MIT
#pragma once

// Runs the work of --background in a process of its own, which leaves the terminal once the work
// has begun well.

#include <ostream>

#include "cli/command.hpp"

namespace mcast::cli {

/// Forks, so there must be no other thread yet. The child does the work. Until it leaves, it shares
/// our terminal, streams and process group: its messages are seen, and Ctrl-C ends it. Then it has
/// a process session of its own and only /dev/null; we print its text on `out` and return 0. If it
/// ends without leaving, its exit status is ours.
[[nodiscard]] int run_in_background(std::ostream& out, const BackgroundWork& work);

}  // namespace mcast::cli
