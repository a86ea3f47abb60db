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

/// All that the controller knows about one receiver.
struct Receiver {
    MemberId id;
    ReceiverEpoch epoch;
    PathModel path;
    LossModel loss;
    ProbeTally probe;
    std::int64_t reported = 0;  ///< all packets below this number are reported
};

/// The receivers that the rate follows, and the path and loss of those that are not heard now.
class Receivers {
  public:
    /// The receiver that reports, made if it is new. Valid until it is forgotten or set aside.
    [[nodiscard]] Receiver& at(MemberId id);
    /// The receiver, although it did not report.
    [[nodiscard]] Receiver& expected(MemberId id);
    /// Null if it is not known, or set aside.
    [[nodiscard]] const Receiver* find(MemberIndex index) const;
    void forget(MemberIndex index);
    /// Keeps only its path and its baseline loss, as it is not heard. False if it is not known.
    bool set_aside(MemberIndex index);

    /// All receivers in the order of their node ids, so that the first of equals does not depend on
    /// who joined first.
    [[nodiscard]] std::span<Receiver* const> all() { return all_; }
    [[nodiscard]] std::span<const Receiver* const> all() const { return all_; }

    void begin_epoch();
    void end_loss_tests();
    [[nodiscard]] bool testing_loss() const;
    [[nodiscard]] Duration longest_path() const;
    /// The least delivery rate of all receivers; `unknown` if none has one, 0 without receivers.
    [[nodiscard]] double delivery_bps(double unknown) const;
    [[nodiscard]] double greatest_baseline() const;
    /// The receiver that loses clearly more than the others at any rate.
    [[nodiscard]] std::optional<MemberId> lossiest() const;
    /// The loss from which on a receiver is named.
    static constexpr double kNotableLoss = 0.02;

  private:
    // Only few receivers of a large group are followed: the others cost two pointers each.
    struct Place {
        std::unique_ptr<Receiver> known;
        std::unique_ptr<Receiver> aside;  // its path and its baseline loss
    };

    void drop(Place& place);

    ByMember<Place> places_;
    std::vector<Receiver*> all_;  // in places_
};

}  // namespace mcast::rate
