// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/member_id.hpp"
#include "base/time.hpp"
#include "base/trace.hpp"
#include "base/units.hpp"
#include "protocol/rate/adaptation.hpp"
#include "protocol/rate/epoch.hpp"
#include "protocol/rate/limits.hpp"
#include "protocol/rate/local_link.hpp"
#include "protocol/rate/mode.hpp"
#include "protocol/rate/pace_watch.hpp"
#include "protocol/rate/probe.hpp"
#include "protocol/rate/receivers.hpp"
#include "protocol/rate/sample.hpp"
#include "protocol/rate/verdict.hpp"

namespace mcast::rate {

/// The rate that the slowest attached receiver can take (`auto`), or the one that was asked for.
///
/// Each epoch yields a report, `judge` derives a verdict from it (queues, and losses that are not
/// random), and Adaptation decides the next rate, or to probe a higher one (BandwidthProbe).
/// docs/rate-control.md describes it.
class RateController {
  public:
    static constexpr DataRate kStart = DataRate::bits_per_second(500e6);
    static constexpr DataRate kMin = kMinRate;
    static constexpr DataRate kMax = kMaxRate;
    /// The least fixed rate: below it a packet takes hours, and none may be 0.
    static constexpr DataRate kLeastFixed = DataRate::bits_per_second(1e3);
    static constexpr Duration kLongPath = BandwidthProbe::kLongPath;

    explicit RateController(std::optional<DataRate> fixed, trace::Trace trace = {})
        : adaptation_(kStart), trace_(trace) {
        set_fixed(fixed);
    }

    [[nodiscard]] DataRate rate() const {
        return holding() ? probe_->before() : adaptation_.rate();
    }
    [[nodiscard]] ModeState mode() const { return mode_; }
    /// The receiver that keeps the rate down, or whose repairs use a part of it; empty: there is no
    /// single one.
    [[nodiscard]] std::optional<Pacing> paced_by() const;
    void set_fixed(std::optional<DataRate> fixed);

    /// The greatest baseline loss of all receivers; empty while the rate is fixed, or nothing is
    /// known.
    [[nodiscard]] std::optional<double> greatest_base() const;

    /// A round trip before there was anything to report: none of our packets can have been in a
    /// queue.
    void on_rtt(MemberId id, Duration rtt) { receivers_.at(id).path.on_rtt(rtt); }
    void on_sample(MemberId id, const Sample& sample);
    /// Forgets all about that receiver.
    void forget(MemberId id);
    /// The receiver ended. If it limited the rate, goes back to what the others received before.
    void leave(MemberId id);
    /// The receiver is not heard: epochs do not wait for it, but the loss on its path is
    /// remembered.
    void set_aside(MemberId id);
    /// No longer follows that receiver, and goes at least as fast as the others could take it
    /// lately.
    void release(MemberId id, DataRate others);
    /// The group is another from now on, and can take about that rate.
    void restart(DataRate rate);
    /// The part `loss` of the packets to that receiver is known to be lost at any rate, and up to
    /// `rate` no more than that.
    void expect_loss(MemberId id, double loss, DataRate rate);
    /// Our own link was busy: up to `held` bytes waited for it, and it took no more.
    void on_link_busy(Time now, ByteCount held) { link_.on_busy(now, held, !holding()); }
    /// There was nothing to send: the epoch does not show what the rate can do.
    void on_idle();
    /// Packets left: `next` is the number of the next one, `bytes` their size on the wire.
    void on_sent(Time now, std::int64_t next, ByteCount bytes);

    /// The receivers whose reports are expected.
    struct Audience {
        Duration round{};          ///< a round trip and a report interval
        Duration interval{};       ///< between two reports of a receiver
        std::size_t attached = 0;  ///< number of receivers
    };
    /// The time when decide() is due: an epoch has its reports, nobody reports, or a step of a
    /// probe is over. A sample brings it nearer.
    [[nodiscard]] Time deadline() const;
    /// Judges the epoch if enough is known of it, and goes on with a probe. To be called before the
    /// first packet, too, as that needs `audience`.
    void decide(Time now, const Audience& audience);
    /// True once if a probe packet is due, to see the queue at this moment.
    [[nodiscard]] bool take_probe() { return std::exchange(probe_due_, false); }

  private:
    struct Stock {
        bool all = false;     // all attached receivers were heard
        bool enough = false;  // of each, to judge the epoch by
    };

    [[nodiscard]] bool holding() const { return probe_ && probe_->holding(); }
    /// The rate that no probe has changed.
    [[nodiscard]] DataRate settled() const {
        return probe_ ? probe_->before() : adaptation_.rate();
    }
    [[nodiscard]] bool may_probe() const;
    [[nodiscard]] Stock take_stock(Duration lasted);
    void resume(MemberId id);

    void begin_epoch(Time now);
    void begin_step();
    void go_on_probing(Time now);
    [[nodiscard]] Sending measure(Time now);
    [[nodiscard]] EpochReport report(Time now, bool all_heard);
    [[nodiscard]] LossContext loss_context(const EpochReport& report) const;
    void end_epoch(Time now, bool all_heard);
    void adapt(Time now, const EpochReport& report, const Verdict& verdict);
    void start_first_probe();
    void note_mode(Time now, const EpochReport& report, const Verdict& verdict);

    Adaptation adaptation_;
    ModeState mode_;
    trace::Trace trace_;
    Receivers receivers_;
    LossTests tests_;
    PaceWatch pace_;
    EpochMeter epoch_;
    LocalLink link_;
    std::optional<BandwidthProbe> probe_;
    Audience audience_;
    std::int64_t next_ = 0;   // number of the next packet
    bool probe_due_ = false;  // a probe packet is wanted
    bool begun_ = false;      // data flows
};

}  // namespace mcast::rate
