// SPDX-License-Identifier: MIT
#pragma once

// Pictures on standard output, one over the other: on the terminal's second screen, which leaves no
// trace, and the last one on the first screen, to stay. Without a terminal they follow one another.
// Main thread only; the command must outlive it. The terminal is restored when this object is
// destroyed, and while the process is stopped by Ctrl-Z.

#include <cstddef>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/suspension.hpp"

namespace mcast::cli {

class Screen {
  public:
    explicit Screen(Command& command);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    /// Shows the lines that fit, and says how many more there are.
    void show(const std::string& picture);

    /// Shows the whole picture, to stay. The last call.
    void leave(const std::string& picture);

    /// True if the terminal has changed its size since it was last drawn on.
    [[nodiscard]] bool resized() const;

    /// If somebody pressed Ctrl-Z, restores the terminal, stops, and returns true when the process
    /// is continued. The screen is empty then.
    [[nodiscard]] bool was_suspended();

  private:
    void restore();

    Command& command_;
    bool in_place_;
    std::optional<Suspension> suspension_;  ///< while there is a terminal to restore
    bool drawn_ = false;                    ///< true: the terminal is to be restored
    int width_ = 0;
    int height_ = 0;
};

}  // namespace mcast::cli
