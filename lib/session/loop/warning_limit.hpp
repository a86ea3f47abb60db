// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "base/time.hpp"

namespace mcast::session {

/// Keeps a lasting fault, or the packets of a stranger, from filling the terminal and the log: in a
/// minute each warning is given once, and at most twenty different ones. One thread.
class WarningLimit {
  public:
    [[nodiscard]] bool allows(Time now, const std::string& text) {
        std::erase_if(told_, [&](const auto& one) { return now - one.second >= kPeriod; });
        if (told_.size() >= kMost || told_.contains(text)) return false;
        told_.emplace(text, now);
        return true;
    }

  private:
    static constexpr Duration kPeriod = std::chrono::minutes(1);
    static constexpr std::size_t kMost = 20;

    std::map<std::string, Time> told_;
};

}  // namespace mcast::session
