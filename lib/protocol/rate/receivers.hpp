// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "base/ids.hpp"
#include "base/units.hpp"
#include "protocol/rate/epoch.hpp"
#include "protocol/rate/loss_model.hpp"
#include "protocol/rate/path_model.hpp"
#include "protocol/rate/probe_tally.hpp"

namespace mcast::rate {

/// All that the controller knows of one receiver.
struct Receiver {
    ReceiverEpoch epoch;
    PathModel path;
    LossModel loss;
    ProbeTally probe;
    std::int64_t reported = 0;  ///< all packets below
};

/// The receivers that the rate follows, and what is remembered of those that are not heard now.
class Receivers {
  public:
    using Map = std::map<std::uint32_t, Receiver>;

    /// One that reports; a new one is known from now on.
    [[nodiscard]] Receiver& at(NodeId node);
    /// One that did not report.
    [[nodiscard]] Receiver& expected(NodeId node) { return map_[raw(node)]; }
    [[nodiscard]] const Receiver* find(NodeId node) const;
    void forget(NodeId node);
    /// It is not heard: its path and its baseline loss are remembered. False: it is not known.
    bool set_aside(NodeId node);

    [[nodiscard]] Map& all() { return map_; }
    [[nodiscard]] const Map& all() const { return map_; }

    void begin_epoch();
    void end_loss_tests();
    [[nodiscard]] bool testing_loss() const;
    [[nodiscard]] Duration longest_path() const;
    /// The least that any of them was seen to take; `unknown` when it is of none, 0 without any.
    [[nodiscard]] double delivery_bps(double unknown) const;
    [[nodiscard]] double greatest_baseline() const;
    /// The one that loses clearly more than the others whatever the rate is.
    [[nodiscard]] std::optional<NodeId> lossiest() const;
    /// So much loss of one is worth naming it.
    static constexpr double kNotableLoss = 0.02;

  private:
    Map map_;
    Map aside_;
};

}  // namespace mcast::rate
