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

/// A receiver that keeps the rate down, and what it is that does so.
struct Pacing {
    MemberId id;
    Cause cause = Cause::link;
    friend bool operator==(const Pacing&, const Pacing&) = default;
};

/// Remembers which receiver the rate is as low as it is for. The rate adapts to a slow receiver,
/// which then loses nothing any more, so a look at how receivers fare tells nothing: what tells is
/// in whose way the rate was whenever it had to fall or could not grow. Trouble that most of the
/// group have together is nobody's. Belongs to one RateController.
class PaceWatch {
  public:
    /// How one receiver fared in an epoch; all zero: well.
    struct Trouble {
        MemberId id;
        double lost = 0;      ///< part of the rate that it did not take, 0 to 1
        Duration queue{};     ///< before it, where that is long enough to hold the rate
        bool blamed = false;  ///< it lost so much that the rate falls
        Cause cause = Cause::link;
    };

    /// All receivers that were heard of, at a rate of so many bits per second. `own_link`: what
    /// queues may queue for the sender's own link.
    void on_epoch(Time now, std::span<const Trouble> receivers, double bps, bool own_link);
    void forget(MemberId id);
    /// Another group is to be heard from now on.
    void clear();

    [[nodiscard]] std::optional<Pacing> found() const { return found_; }

  private:
    struct Suspicion {
        std::optional<Pacing> whom;  ///< empty: all of them, or nobody
        double lost = 0;             ///< by that one, in this epoch
    };
    /// The troubles of about the last half second: reports of one and the same loss come in
    /// different epochs.
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
    Time seen_{};     ///< it was in the way then
    double bps_ = 0;  ///< what it took then
    std::optional<MemberId> rival_;
    int times_ = 0;             ///< that the rival was suspected, one after the other
    Time suspected_{};          ///< since then
    double suspected_bps_ = 0;  ///< what it took; 0: it may have been by chance
};

}  // namespace mcast::rate
