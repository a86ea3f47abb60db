// SPDX-License-Identifier: MIT
#pragma once

// The progress line on standard error: redrawn in place on a terminal, else a new line now and
// then. Main thread only; the command must outlive it.

#include <string>

#include <mcast/status.hpp>

#include "cli/command.hpp"

namespace mcast::cli {

enum class ProgressMode : std::uint8_t { automatic, always, never };

class Progress {
  public:
    Progress(Command& command, ProgressMode mode, bool quiet);

    /// Shows the status if it is time to.
    void update(const Status& status);

    /// Removes a line that is redrawn in place from the screen, before other text is written.
    void clear();

  private:
    enum class Style : std::uint8_t { none, in_place, lines };

    void redraw(const std::string& line);
    void print_now_and_then(const Status& status, const std::string& text);

    Command& command_;
    Style style_;
    bool drawn_ = false;
    std::optional<SteadyTime> printed_;
    Phase printed_phase_ = Phase::ended;
    std::string printed_text_;
};

}  // namespace mcast::cli
