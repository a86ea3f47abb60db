// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/receive/retry_delay.hpp"

namespace mcast::protocol {

/// When a receiver says that it takes part, until the sender counts it.
class JoinCycle {
  public:
    /// From the offer to the first join. `started`: data flows already.
    [[nodiscard]] Duration first_delay(bool started, const SenderView& sender, Rng& rng) const;
    /// From one join to the next.
    [[nodiscard]] Duration next_delay(const SenderView& sender, Rng& rng);
    /// The receiver joins anew: by another id, or from another address.
    void restart() { retry_.restart(); }
    /// No join was repeated yet.
    [[nodiscard]] bool untried() const { return retry_.untried(); }

    /// The sender has named this receiver.
    void confirm() { confirmed_ = true; }
    [[nodiscard]] bool confirmed() const { return confirmed_; }

  private:
    RetryDelay retry_;
    bool confirmed_ = false;
};

}  // namespace mcast::protocol
