// SPDX-License-Identifier: MIT
#pragma once

// Pictures on standard output, one over the other: on the terminal's second screen, which leaves no
// trace, with the last picture left behind on the first one. Where there is no terminal they follow
// one another. Main thread only; the command must outlive it; the terminal is as it was when this
// object is gone, and while the process is stopped by Ctrl-Z.

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

    /// Shows the lines that there is room for, and says how many more there are.
    void show(const std::string& picture);

    /// Shows the whole picture, to stay. Nothing after it.
    void leave(const std::string& picture);

    /// The terminal has another size than when it was last drawn on.
    [[nodiscard]] bool resized() const;

    /// If somebody pressed Ctrl-Z: gives the terminal back, stops, and returns true when the
    /// process is continued. The screen is empty then.
    [[nodiscard]] bool was_suspended();

  private:
    void restore();

    Command& command_;
    bool in_place_;
    std::optional<Suspension> suspension_;  ///< while there is a terminal to give back
    bool drawn_ = false;                    ///< since then the terminal is not as it was
    int width_ = 0;
    int height_ = 0;
};

}  // namespace mcast::cli
