// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/by_member.hpp"
#include "base/member_id.hpp"
#include "base/units.hpp"
#include "protocol/rate/epoch.hpp"
#include "protocol/rate/loss_model.hpp"
#include "protocol/rate/path_model.hpp"
#include "protocol/rate/probe_tally.hpp"

namespace mcast::rate {

/// All that the controller knows of one receiver.
struct Receiver {
    MemberId id;
    ReceiverEpoch epoch;
    PathModel path;
    LossModel loss;
    ProbeTally probe;
    std::int64_t reported = 0;  ///< all packets below
};

/// The receivers that the rate follows, and what is remembered of those that are not heard now.
class Receivers {
  public:
    /// One that reports; a new one is known from now on. Valid until it is forgotten or set aside.
    [[nodiscard]] Receiver& at(MemberId id);
    /// One that did not report.
    [[nodiscard]] Receiver& expected(MemberId id);
    /// Null: it is not known, or set aside.
    [[nodiscard]] const Receiver* find(MemberIndex index) const;
    void forget(MemberIndex index);
    /// It is not heard: its path and its baseline loss are remembered. False: it is not known.
    bool set_aside(MemberIndex index);

    /// In the order of their node ids: who comes first among equals does not depend on who joined
    /// first.
    [[nodiscard]] std::span<Receiver* const> all() { return all_; }
    [[nodiscard]] std::span<const Receiver* const> all() const { return all_; }

    void begin_epoch();
    void end_loss_tests();
    [[nodiscard]] bool testing_loss() const;
    [[nodiscard]] Duration longest_path() const;
    /// The least that any of them was seen to take; `unknown` when it is of none, 0 without any.
    [[nodiscard]] double delivery_bps(double unknown) const;
    [[nodiscard]] double greatest_baseline() const;
    /// The one that loses clearly more than the others whatever the rate is.
    [[nodiscard]] std::optional<MemberId> lossiest() const;
    /// So much loss of one is worth naming it.
    static constexpr double kNotableLoss = 0.02;

  private:
    // Few of a large group are followed: the others take two pointers each.
    struct Place {
        std::unique_ptr<Receiver> known;
        std::unique_ptr<Receiver> aside;  // its path and its baseline loss
    };

    void drop(Place& place);

    ByMember<Place> places_;
    std::vector<Receiver*> all_;  // in places_
};

}  // namespace mcast::rate
