// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/time.hpp"

namespace mcast::session {

/// Notices that the other side seals its packets with a secret that we do not have, while we wait
/// for one that does not. Sessions of several secrets and of none may share a group, so this is
/// said only if for a moment nobody else comes. One thread.
class SealWatch {
  public:
    /// Takes the packets of the other side so far that were sealed with another secret. True once:
    /// it should be said.
    [[nodiscard]] bool look(Time now, std::uint64_t sealed_otherwise, bool has_peer) {
        heard_ = sealed_otherwise > 0;
        if (!heard_ || has_peer) {
            since_.reset();
            return false;
        }
        if (!since_) since_ = now;
        return now - *since_ >= kPatience && !std::exchange(told_, true);
    }
    /// Something was heard that no key of ours opens.
    [[nodiscard]] bool heard() const { return heard_; }

  private:
    static constexpr Duration kPatience = std::chrono::seconds(2);

    std::optional<Time> since_;
    bool heard_ = false;
    bool told_ = false;
};

}  // namespace mcast::session
