// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <optional>

#include "protocol/rate/tally.hpp"

namespace mcast::rate {

/// The rate at which congestion showed last.
struct CongestedRate {
    double bps = 0;       ///< 0: none yet
    bool queued = false;  ///< a queue showed it

    [[nodiscard]] bool known() const { return bps > 0; }
};

/// The state before cuts that may have been for nothing.
struct Checkpoint {
    double bps = 0;
    CongestedRate congested;
};

/// Packets since unexplained loss lowered the rate, to see whether the loss went with it.
struct LossTest {
    double before_bps = 0;  ///< the rate before
    Tally all;              ///< including the epochs that led to the test
    Tally lower;            ///< at clearly lower rates
};

/// The loss tests of all receivers. They share the cuts, so these are taken back only when all
/// tests are over and no loss depended on the rate.
class LossTests {
  public:
    void begin(const Checkpoint& before) {
        if (!before_) before_ = before;
    }
    /// The cut before the tests was for the same loss: it is taken back as well.
    void include(const Checkpoint& earlier) {
        if (before_ && earlier.bps > before_->bps) before_ = earlier;
    }
    /// One of the losses depended on the rate: the cuts stay.
    void on_congestion() { congestion_ = true; }
    /// All tests are over: returns the state to go back to, if any.
    [[nodiscard]] std::optional<Checkpoint> finish() {
        const auto before = congestion_ ? std::nullopt : before_;
        if (before_) clear();
        return before;
    }
    void clear() {
        before_.reset();
        congestion_ = false;
    }

  private:
    std::optional<Checkpoint> before_;
    bool congestion_ = false;
};

}  // namespace mcast::rate
