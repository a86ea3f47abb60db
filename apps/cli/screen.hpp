// SPDX-License-Identifier: MIT
#pragma once

// Pictures on standard output, one over the other: on the terminal's second screen, which leaves no
// trace, with the last picture left behind on the first one. Where there is no terminal they follow
// one another. Main thread only; the command must outlive it; the terminal is as it was when this
// object is gone.

#include <cstddef>
#include <string>

#include "cli/command.hpp"

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

  private:
    void restore();

    Command& command_;
    bool in_place_;
    bool drawn_ = false;  ///< since then the terminal is not as it was
    int width_ = 0;
    int height_ = 0;
};

}  // namespace mcast::cli
