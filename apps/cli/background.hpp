// SPDX-License-Identifier: MIT
#pragma once

// The work of --background goes on in a process of its own, without the terminal, once it
// is known to have begun well.

#include <ostream>

#include "cli/command.hpp"

namespace mcast::cli {

/// Forks, so there must be no other thread yet. The child does the work. Until it leaves it shares
/// our terminal, streams and process group: what it says is read, and Ctrl-C ends it. Then it has a
/// session of its own and nothing but /dev/null; we print its text on `out` and return 0. When it
/// ends without leaving, its exit status is ours.
[[nodiscard]] int run_in_background(std::ostream& out, const BackgroundWork& work);

}  // namespace mcast::cli
