// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/rate/congestion_history.hpp"
#include "protocol/rate/cubic.hpp"
#include "protocol/rate/pace_watch.hpp"

namespace mcast::rate {

/// What one receiver saw between two of its reports: of the packets that the sender numbered
/// [first, first + expected), how many came.
struct Sample {
    std::int64_t first = 0;
    std::uint64_t expected = 0;
    std::uint64_t received = 0;
    std::uint64_t host_drops = 0;  ///< datagrams or batches that its socket had no room for
    double backlog = 0;            ///< part of its write backlog that is full, 0 to 1
    Duration rtt{};                ///< 0: no sample
    bool estimate = false;         ///< nobody counted: what it takes its loss to be
};

/// The rate that the slowest attached receiver takes (`auto`), or the one that was asked for.
///
/// Time is cut into epochs, each at one rate. Only packets that were sent within an epoch count
/// for it, however late they are reported: the sender's sequence numbers tell. When every attached
/// receiver has reported on enough of them, the epoch is judged and the next one begins.
///
/// It was congested when, at some receiver, the host dropped packets, the disk's backlog is nearly
/// full, the queue before it grew long (round trip time), or more was lost than its *base* loss
/// explains; while there is a queue, a little more is enough. Then the rate falls to what that
/// receiver got. Loss without a queue is on *trial*: when the rate has fallen and the loss has not
/// gone, it has nothing to do with the rate: it becomes the base, with the burstiness that it
/// showed, the code mends it, and the cuts are taken back. A queue that does not go although the
/// rate falls is somebody else's: then queues mean nothing for a while, and the rate is what a TCP
/// connection with CUBIC would come to. So is one that begins at lower and lower rates.
/// Without congestion the rate doubles until the first, or grows by a quarter where a TCP
/// connection would take long to come back from what that overruns. Then it grows fast while far
/// below the rate that was congested last, slowly near it, and faster and faster beyond.
/// Where the way is long a much higher rate is only *tried*: sent at for long enough to be judged;
/// until the reports are back the rate before it is kept, so that little is lost if it was too
/// much, and the steps may be greater. Such a transfer begins at a modest rate with several of
/// them one behind the other, so that a round trip later the link is known.
class RateController {
  public:
    static constexpr DataRate kStart = DataRate::bits_per_second(500e6);
    static constexpr DataRate kMin = DataRate::bits_per_second(100e3);
    static constexpr DataRate kMax = DataRate::bits_per_second(200e9);
    /// Of a fixed one: below, a packet takes hours, and 0 divides.
    static constexpr DataRate kLeastFixed = DataRate::bits_per_second(1e3);

    /// Here a higher rate is tried; on shorter ones it is judged as soon as it is sent at.
    static constexpr Duration kLongPath = std::chrono::milliseconds(50);

    explicit RateController(std::optional<DataRate> fixed) : rate_(kStart) { set_fixed(fixed); }

    [[nodiscard]] DataRate rate() const { return resting() ? try_->before : rate_; }
    /// The receiver that keeps the rate down, or whose loss takes a part of it; empty: no single
    /// one does.
    [[nodiscard]] std::optional<Pacing> paced_by() const;
    void set_fixed(std::optional<DataRate> fixed);

    /// The greatest loss that has nothing to do with the rate, of all receivers; empty while the
    /// rate is fixed, or nothing is known.
    [[nodiscard]] std::optional<double> greatest_base() const;

    /// A round trip before there was anything to report: nothing of ours can have been queueing.
    void on_rtt(NodeId node, Duration rtt);
    void on_sample(NodeId node, const Sample& sample);
    /// Nothing is known of it any more.
    void forget(NodeId node);
    /// It ended. If it was what limited the rate, that is what the others took before.
    void leave(NodeId node);
    /// It is not heard, and not waited for; what is lost on the way to it counts when it is heard
    /// again.
    void set_aside(NodeId node);
    /// No longer waits for that one, but goes at least as fast as the others took it lately.
    void release(NodeId node, DataRate others);
    /// Others are to be heard from now on, who take about so much.
    void restart(DataRate rate);
    /// That much of what goes to it is lost at any rate, as is known from elsewhere; up to `rate`
    /// nothing else is.
    void expect_loss(NodeId node, double loss, DataRate rate);
    /// Our own link was busy: up to `held` bytes waited for it and it took no more.
    void on_link_busy(Time now, ByteCount held);
    /// There was nothing that could be sent: what was sent says nothing of the rate.
    void on_idle() { idle_ = idle_ || !resting(); }
    /// Receivers report about so often.
    void on_interval(Duration between_reports) { interval_ = between_reports; }
    /// A probe is wanted now: the queue is to be seen as it is at this moment.
    [[nodiscard]] bool take_probe() { return std::exchange(probe_due_, false); }
    /// Packets left: `next` is the number of the next one, `bytes` what they take on the wire.
    /// `round`: a round trip and a report interval; `attached`: receivers that are to be heard.
    void on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                 std::size_t attached);

  private:
    static constexpr double kMinPackets = 30;  // fewer say nothing about loss
    static constexpr double kAboveLink =
        1.25;  // what our own link is asked for, so that it is busy
    static constexpr double kFirstBeyond = 0.015;                          // growth past a ceiling
    static constexpr Duration kQueueLook = std::chrono::milliseconds(20);  // as it is probed
    static constexpr double kMaxBase = 0.98;
    static constexpr double kTcpPacketBits = 12'000;
    static constexpr std::size_t kMostSteps = 3;
    static constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::max();

    // Packets that one or more reports told of.
    struct Tally {
        double sent = 0;
        double lost = 0;
        double squares = 0;  // of the packets lost in a report, per packet sent in it
        double reports = 0;

        void add(const Tally& more);
        [[nodiscard]] double loss() const { return sent > 0 ? lost / sent : 0; }
        /// How much more the number of lost ones varies than it does when each is lost by itself.
        [[nodiscard]] double dispersion() const;
    };
    // What became of packets since loss beyond the base made the rate fall.
    struct Trial {
        double before_bps = 0;  // the rate before; 0: none is on
        Tally all;              // with the epochs that led to it
        Tally lower;            // at clearly lower rates
    };
    // The first for a loss that a lower rate did not end.
    struct Cut {
        double before_bps = 0;
        double loss = 0;
        double ceiling_bps = 0;
        bool ceiling_queued = false;
    };
    // A rate that is sent at for `span`; then the one before it, until it is judged.
    struct Step {
        double bps = 0;
        Duration span{};
        std::int64_t first = kNotYet;  // of the packets that left at it
        std::int64_t end = kNotYet;
        Time begun{};         // with the first of them
        double sent_bps = 0;  // what it came to
        Duration lasted{};
    };
    // Steps one behind the other, each followed by a rest.
    struct Try {
        DataRate before;
        std::array<Step, kMostSteps> steps;
        std::size_t count = 1;
        bool first = false;  // nothing is known yet
        std::size_t at = 0;
        bool sending = true;            // at the rate of that step
        Time rested{};                  // since then at the rate before
        std::int64_t probed = kNotYet;  // packets from here on left behind the last probe
    };
    // What a receiver told of a step.
    struct Tried {
        Tally seen;
        Duration rtt_first{};  // as it began; 0: none
        Duration rtt_most{};
    };
    struct Receiver {
        [[nodiscard]] bool sure(double packets) const;
        [[nodiscard]] double burstiness() const;

        // Of packets sent in this epoch.
        Tally seen;
        std::uint64_t host_drops = 0;
        double backlog = 0;
        double backlog_before = 0;  ///< when the epoch began
        Duration rtt_min_now = Duration::max();
        Duration rtt_last{};
        Duration rtt_first{};  // 0: none
        Duration rtt_most{};
        std::int64_t reported = 0;  // all packets below
        // Over all.
        Duration rtt_min = Duration::max();
        double base = 0;      // loss that does not depend on the rate
        double followed = 0;  // packets that say so
        double dispersion = 1;
        double clean_bps = 0;  // rate of the latest epoch without loss beyond the base
        double takes_bps = 0;  // the most that it was seen to take since it took less last
        bool cut = false;      // for its loss in the epoch before
        Cut first_cut;
        Trial trial;
        // In the epoch that is judged: the part of the rate that it took, a queue, and why.
        double kept = 1;
        Duration queue{};
        Cause cause = Cause::link;
        Tally puzzle;  // lost more than it should, in the epoch before the try
        // Of the try that is on.
        std::array<Tried, kMostSteps> tried;
        Tally rest;  // packets at the rate before it
    };
    struct Verdict {
        bool congested = false;
        bool hold = false;            // no faster: something fills up
        double low_bps = kMax.bps();  // low enough for the trials that are on
        double keep = 1;              // part of the rate that the worst receiver took
        Duration rtt{};               // longest to a receiver
        Duration queue{};             // longest before a receiver
        bool queued = false;          // long enough to hold the rate
        bool long_queue = false;
        bool filling = false;  // a queue was seen last
        std::optional<NodeId> worst;
    };

    struct Heard {
        bool all = false;     // who is attached
        bool enough = false;  // of each, to judge it by
    };

    [[nodiscard]] Receiver& receiver(NodeId node);
    static void on_delay(Receiver& r, Duration rtt, bool now);
    [[nodiscard]] Heard take_stock(std::int64_t next, std::size_t attached, Duration lasted);
    [[nodiscard]] double longest_report() const;
    [[nodiscard]] Duration link_queue(Time now) const;
    [[nodiscard]] Verdict judge(Duration allowed);
    void judge_one(NodeId node, Receiver& r, Duration allowed, Verdict& verdict);
    void judge_loss(NodeId node, Receiver& r, bool queued, bool late, Verdict& verdict);
    void resume(NodeId node);
    void learn_takes(Receiver& r, bool lossy) const;
    [[nodiscard]] double others_take() const;
    [[nodiscard]] double chance_of(const Receiver& r, double least_base) const;
    void follow_base(Receiver& r, bool queued, double chance);
    [[nodiscard]] bool follows_rate(const Receiver& r, bool late) const;
    [[nodiscard]] static double low_bps(const Receiver& r);
    [[nodiscard]] double tolerance_of(const Receiver& r, bool queued) const;
    struct LossSigns {
        bool queued, host, late;
        bool again;  ///< a cut has not helped
    };
    [[nodiscard]] bool is_puzzled(Receiver& r, const LossSigns& signs);
    [[nodiscard]] bool may_be_usual(const Receiver& r, bool again, bool late) const;
    [[nodiscard]] static bool gets_more(const Trial& trial);
    void blame_loss(NodeId node, Receiver& r, double least, Verdict& verdict) const;
    void take_back(const Cut& cut, double base);
    void look_for_pacer(Time now);
    [[nodiscard]] std::optional<Pacing> lossiest() const;
    void begin_trial(Receiver& r);
    void learn(Receiver& r);
    void end_trials();
    void act(Time now, const Verdict& verdict, bool all_heard);
    void begin_epoch(Time now, std::int64_t next);
    void measure(Time now);
    // rate_share.cpp
    [[nodiscard]] static bool slow_for_tcp(double bps, const Verdict& verdict);
    [[nodiscard]] bool rose() const { return rose_ && ceiling_bps_ <= 0; }
    void make_room(Time now, double keep);
    void meet_ceiling(Time now, Duration grown, const Verdict& verdict);
    bool waits(Time now, const Verdict& verdict);
    bool drain(Time now, const Verdict& verdict);
    void on_ceiling(Time now, double bps, const Verdict& verdict);
    void begin_competing(Time now, Duration rtt);
    void compete(Time now, const Verdict& verdict);
    // rate_try.cpp
    [[nodiscard]] bool resting() const { return try_ && !try_->sending; }
    /// The rate that no try has changed.
    [[nodiscard]] DataRate settled() const { return try_ ? try_->before : rate_; }
    [[nodiscard]] bool tryable() const;
    [[nodiscard]] Duration longest_way() const;
    void start_first_try();
    void start_try();
    void begin_step(std::int64_t next);
    void go_on_trying(Time now, std::int64_t next);
    void rest(Time now, std::int64_t next);
    void look(Time now, std::int64_t next);
    void on_tried(Receiver& r, const Sample& sample, Duration before) const;
    void weigh_steps();
    [[nodiscard]] bool weigh_rests();
    [[nodiscard]] bool weigh(Receiver& r, std::size_t at);
    void take_rest_for_chance();
    static void take_for_chance(Receiver& r, const Tally& seen);
    void conclude(Time now, const Verdict& verdict, bool all_heard);
    [[nodiscard]] bool puzzles(const Receiver& r) const;
    [[nodiscard]] static bool solve(Receiver& r);
    [[nodiscard]] bool tried_heard(const Receiver& r) const;
    [[nodiscard]] bool tried_seen() const;
    [[nodiscard]] double queue_growth() const;
    [[nodiscard]] bool queue_seen() const;
    [[nodiscard]] double used_bps() const;
    [[nodiscard]] double link_bps() const;
    void grow(Time now, const Verdict& verdict);
    void rise(const Verdict& verdict);
    void step_up(Time now, const Verdict& verdict);
    void set(double bps);

    std::optional<DataRate> fixed_;
    DataRate rate_;
    double ceiling_bps_ = 0;       // rate that was congested last; 0: none yet
    bool ceiling_queued_ = false;  // it was a queue that told
    double beyond_ = kFirstBeyond;
    bool rose_ = false;       // by a quarter, to where we are
    bool made_room_ = false;  // in the queue that is there
    Time stepped_{};
    // Of all trials that are on together: rate and ceiling before the first, and whether one of the
    // losses went with the rate.
    double tried_bps_ = 0;
    double tried_ceiling_bps_ = 0;
    bool tried_ceiling_queued_ = false;
    bool related_ = false;
    std::optional<Time> waiting_since_;  // for a queue that begins to go
    // A queue that is being drained, to see whose it is.
    bool queued_before_ = false;  // in the epoch before
    std::optional<Time> queued_since_;
    Duration queue_before_{};  // some time ago
    Time queue_looked_{};
    std::optional<Time> draining_since_;
    Time drain_step_due_{};
    double drain_before_bps_ = 0;
    std::optional<Time> competing_until_;
    Cubic window_{0};        // while we do
    Duration shared_rtt_{};  // of late
    CongestionHistory ceilings_;
    double alone_bps_ = 0;  // who has a ceiling that high again is alone; 0: not known
    Time spared_until_{};
    Duration lasted_{};  // of the epoch that is judged
    Duration round_{};
    std::optional<NodeId> ceiling_of_;  // the one that was congested last
    PaceWatch pace_;
    std::vector<PaceWatch::Trouble> troubles_;
    // While our own link limits, its queue is here, short, and loses nothing.
    bool link_busy_ = false;  // in this epoch
    Time link_until_{};
    int link_epochs_ = 0;  // to be judged, in which it may still be so
    ByteCount link_held_ = 0;
    bool idle_ = false;  // in this epoch
    std::optional<Try> try_;
    Duration interval_{};  // of reports
    bool probe_due_ = false;
    std::map<std::uint32_t, Receiver> receivers_;
    std::map<std::uint32_t, Receiver> aside_;
    bool news_ = false;   // since we took stock
    bool begun_ = false;  // data flows
    std::optional<Time> epoch_begin_;
    std::int64_t epoch_first_ = 0;
    double epoch_bps_ = 0;
    ByteCount epoch_sent_ = 0;
    double sent_bps_ = 0;       // in the epoch that is judged
    double link_took_bps_ = 0;  // the most of late
};

}  // namespace mcast::rate
