// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/rate/controller.hpp"
#include "protocol/send/pacer.hpp"

namespace mcast::protocol {

/// The rate that was asked for, or is found, and the pacing that keeps to it.
class SendRate {
  public:
    /// `asked` empty: the rate is found.
    SendRate(std::optional<DataRate> asked, const trace::Trace& trace)
        : automatic_(!asked), control_(asked, trace), pacer_(control_.rate()) {}

    [[nodiscard]] bool automatic() const { return automatic_; }
    [[nodiscard]] DataRate rate() const { return pacer_.rate(); }
    [[nodiscard]] rate::RateController& control() { return control_; }
    [[nodiscard]] const rate::RateController& control() const { return control_; }
    [[nodiscard]] Pacer& pacer() { return pacer_; }
    [[nodiscard]] const Pacer& pacer() const { return pacer_; }

    void ask(std::optional<DataRate> rate) {
        automatic_ = !rate;
        control_.set_fixed(rate);
        follow();
    }
    /// Paces as the control says now.
    void follow() { pacer_.set_rate(control_.rate(), !automatic_); }

  private:
    bool automatic_;
    rate::RateController control_;
    Pacer pacer_;
};

}  // namespace mcast::protocol
