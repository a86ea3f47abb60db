// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "os/unique_fd.hpp"

namespace mcast {

/// Passes on what a program writes to its standard error, and keeps the last two lines of it. A
/// thread of its own reads, so that the program never waits for us. Thread-safe.
class LastWords {
  public:
    /// `from`: the end of a pipe to read; `wake`: an eventfd; `to`: gets a copy of all, and stays
    /// the caller's. Throws std::system_error if the system has no thread left.
    LastWords(UniqueFd from, UniqueFd wake, int to);
    ~LastWords();
    LastWords(const LastWords&) = delete;
    LastWords& operator=(const LastWords&) = delete;

    /// Waits until nobody can write any more, but no longer than that. False: somebody still can.
    bool wait_end(std::chrono::milliseconds limit);
    /// The last two lines in one, at most 200 bytes of UTF-8 without control characters.
    [[nodiscard]] std::string text();

  private:
    void run();
    [[nodiscard]] bool pass_on(const char* words, std::size_t size) const;
    [[nodiscard]] bool wait_ready(int fd, short events) const;

    const UniqueFd from_;
    const UniqueFd wake_;
    const int to_;
    std::mutex mutex_;
    std::condition_variable end_;
    bool ended_ = false;
    std::string tail_;  ///< the end of all that was written
    std::thread thread_;
};

}  // namespace mcast
