// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include "base/rng.hpp"
#include "sim/scenario.hpp"

namespace mcast::sim {

/// A link with a queue that drops what finds it full. Packets have to be given in the order of
/// time.
class Link {
  public:
    Link(LinkSpec spec, Time begin) : spec_(std::move(spec)), begin_(begin) {}

    /// Ethernet, IP and UDP headers that a datagram takes beside its bytes.
    static constexpr ByteCount kOverhead = 42;

    /// When the last bit of a packet given at `now` has left; nothing: it found no room.
    [[nodiscard]] std::optional<Time> take(Time now, ByteCount bytes) {
        const DataRate rate = rate_at(now);
        if (rate.bps() <= 0) return now;
        const Time free = std::max(free_, now);
        if (rate.bytes_in(free - now) > static_cast<double>(spec_.queue)) return std::nullopt;
        return free_ = free + rate.time_for(bytes);
    }
    [[nodiscard]] Duration queueing(Time now) const { return std::max(free_, now) - now; }
    [[nodiscard]] bool limited() const { return spec_.rate.bps() > 0 || !spec_.changes.empty(); }
    [[nodiscard]] DataRate rate_at(Time now) {
        while (change_ < spec_.changes.size() && now >= begin_ + spec_.changes[change_].at)
            spec_.rate = spec_.changes[change_++].rate;
        return spec_.rate;
    }

  private:
    LinkSpec spec_;
    Time begin_;
    Time free_{};
    std::size_t change_ = 0;
};

/// Loses packets, one by one or in bursts (Gilbert-Elliott: in the bad state all are lost).
class LossProcess {
  public:
    LossProcess(double loss, double burst) : loss_(loss), burst_(burst) {}

    [[nodiscard]] bool lost(Rng& rng) {
        if (loss_ <= 0) return false;
        if (burst_ <= 1) return rng.chance(loss_);
        const double change = bad_ ? 1 / burst_ : loss_ / (burst_ * (1 - loss_));
        if (rng.chance(change)) bad_ = !bad_;
        return bad_;
    }

  private:
    double loss_;
    double burst_;
    bool bad_ = false;
};

/// The one that is on then; null: none.
[[nodiscard]] inline const Outage* outage_at(const std::vector<Outage>& outages,
                                             Duration since_begin) {
    for (const Outage& o : outages)
        if (since_begin >= o.begin && since_begin < o.end) return &o;
    return nullptr;
}

[[nodiscard]] inline bool within(const std::vector<Outage>& outages, Duration since_begin) {
    return outage_at(outages, since_begin) != nullptr;
}

}  // namespace mcast::sim
