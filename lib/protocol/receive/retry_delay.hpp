// SPDX-License-Identifier: MIT
#pragma once

#include "base/rng.hpp"
#include "base/time.hpp"
#include "protocol/receive/sender_view.hpp"

namespace mcast::protocol {

/// How long to wait for an answer before a message is said again: short at first, then longer and
/// longer, and not in step with other receivers.
class RetryDelay {
  public:
    [[nodiscard]] Duration next(Duration first, Duration most, const SenderView& sender, Rng& rng);
    void restart() { tries_ = 0; }
    [[nodiscard]] bool untried() const { return tries_ == 0; }

  private:
    int tries_ = 0;
};

}  // namespace mcast::protocol
