// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <mcast/status.hpp>

#include "base/by_member.hpp"
#include "base/member_id.hpp"
#include "base/time.hpp"

namespace mcast::rate {

/// A receiver that keeps the rate down, and the cause.
struct Pacing {
    MemberId id;
    Cause cause = Cause::link;
    friend bool operator==(const Pacing&, const Pacing&) = default;
};

/// Remembers which receiver keeps the rate low. Once the rate has adapted to a slow receiver, that
/// loses nothing any more, so its reports look as good as the others'. So the watch notes who was
/// in trouble whenever the rate had to fall or could not grow. Trouble that most of the group share
/// is nobody's. Belongs to one RateController.
class PaceWatch {
  public:
    /// The trouble of one receiver in an epoch; all zero: none.
    struct Trouble {
        MemberId id;
        double lost = 0;      ///< part of the rate that it did not take, 0 to 1
        Duration queue{};     ///< before the receiver, if long enough to hold the rate
        bool blamed = false;  ///< it lost so much that the rate falls
        Cause cause = Cause::link;
    };

    /// To be called with all receivers that were heard. `own_link`: a queue may be that of the
    /// sender's own link.
    void on_epoch(Time now, std::span<const Trouble> receivers, double bps, bool own_link);
    void forget(MemberId id);
    /// Forgets all: the group is another from now on.
    void clear();

    [[nodiscard]] std::optional<Pacing> found() const { return found_; }

  private:
    struct Suspicion {
        std::optional<Pacing> whom;  ///< empty: all of them, or nobody
        double lost = 0;             ///< by that receiver, in this epoch
    };
    /// The trouble of about the last half second, as reports of the same loss come in different
    /// epochs.
    struct Lately {
        double lost = 0;
        double queue = 0;
    };
    void remember(Time now, std::span<const Trouble> receivers);
    [[nodiscard]] std::optional<Suspicion> suspect(std::span<const Trouble> receivers,
                                                   bool own_link) const;
    [[nodiscard]] std::optional<Suspicion> worst(std::span<const Trouble> receivers,
                                                 double Lately::* measure) const;
    void go_on_clean(Time now, double bps);
    void confirm(const Suspicion& suspicion, Time now, double bps);
    void take_over(const Suspicion& suspicion, Time now, double bps);
    void ripen(Time now, std::span<const Trouble> receivers);

    ByMember<Lately> lately_;
    Time remembered_{};
    std::optional<Pacing> found_;
    Time seen_{};     ///< when it was in trouble last
    double bps_ = 0;  ///< the rate that it took then
    std::optional<MemberId> rival_;
    int times_ = 0;             ///< suspicions of the rival in a row
    Time suspected_{};          ///< when the first of them was
    double suspected_bps_ = 0;  ///< the rate it took; 0: it may have been chance
};

}  // namespace mcast::rate
