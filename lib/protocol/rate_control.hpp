// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// What one receiver saw between two of its reports: of the packets that the sender numbered
/// [first, first + expected), how many came.
struct RateSample {
    std::int64_t first = 0;
    std::uint64_t expected = 0;
    std::uint64_t received = 0;
    std::uint64_t host_drops = 0;  ///< datagrams or batches that its socket had no room for
    double backlog = 0;            ///< part of its write backlog that is full, 0 to 1
    Duration rtt{};                ///< 0: no sample
};

/// The rate that the slowest attached receiver takes (`auto`), or the one that was asked for.
///
/// Time is cut into epochs, each at one rate. Only packets that were sent within an epoch count
/// for it, however late they are reported: the sender's sequence numbers tell. When every attached
/// receiver has reported on enough of them, the epoch is judged and the next one begins.
///
/// It was congested when, at some receiver, the host dropped packets, the disk's backlog is nearly
/// full, the queue before it grew long (round trip time), or more was lost than its *base* loss
/// explains. Then the rate falls to what that receiver got. Loss that such cuts do not change has
/// nothing to do with the rate: it becomes the base, the code mends it, and the cuts are taken
/// back. Without congestion the rate doubles until the first, then grows fast while far below the
/// rate that was congested last, and slowly near it.
class RateControl {
  public:
    static constexpr DataRate kStart = DataRate::bits_per_second(500e6);
    static constexpr DataRate kMin = DataRate::bits_per_second(100e3);
    static constexpr DataRate kMax = DataRate::bits_per_second(200e9);
    /// Of a fixed one: below, a packet takes hours, and 0 divides.
    static constexpr DataRate kLeastFixed = DataRate::bits_per_second(1e3);

    explicit RateControl(std::optional<DataRate> fixed) : rate_(kStart) { set_fixed(fixed); }

    [[nodiscard]] DataRate rate() const { return rate_; }
    [[nodiscard]] std::optional<NodeId> limited_by() const { return limited_by_; }
    void set_fixed(std::optional<DataRate> fixed);

    void on_sample(NodeId node, const RateSample& sample);
    void forget(NodeId node) { receivers_.erase(raw(node)); }
    /// The link below us took only so much.
    void on_link_limit(DataRate sent);
    /// There was new data that could not be sent yet: that it went well says nothing of the rate.
    void on_held() { held_ = true; }
    /// Packets left: `next` is the number of the next one, `bytes` what they take on the wire.
    /// `round`: a round trip and a report interval; `attached`: receivers that are to be heard.
    void on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                 std::size_t attached);

  private:
    struct Receiver {
        [[nodiscard]] bool sure() const;

        // Of packets sent in this epoch.
        std::uint64_t expected = 0;
        std::uint64_t received = 0;
        std::uint64_t host_drops = 0;
        double backlog = 0;
        double backlog_before = 0;  ///< when the epoch began
        Duration rtt_min_now = Duration::max();
        // Over all.
        Duration rtt_min = Duration::max();
        double base = 0;    // loss that does not depend on the rate
        double learnt = 0;  // the most that the base may be
        int cuts = 0;       // in a row, because of it
        double least = 0;   // loss in any epoch of these
        double most = 0;
        double cut_sent = 0;  // packets in these epochs
        double cut_lost = 0;
        double before_bps = 0;  // the rate before the first of them
    };
    struct Verdict {
        bool congested = false;
        bool hold = false;  // no faster: something fills up
        double keep = 1;    // part of the rate that the worst receiver took
        std::optional<NodeId> worst;
    };

    [[nodiscard]] Verdict judge();
    void judge_one(NodeId node, Receiver& r, Verdict& verdict);
    void judge_loss(NodeId node, Receiver& r, Verdict& verdict);
    bool learn(Receiver& r, double loss);
    void act(const Verdict& verdict, double sent_bps, bool all_heard);
    void begin_epoch(Time now, std::int64_t next);
    void grow();
    void set(double bps);

    std::optional<DataRate> fixed_;
    DataRate rate_;
    double ceiling_bps_ = 0;  // rate that was congested last; 0: none yet
    std::optional<NodeId> limited_by_;
    std::optional<DataRate> link_;
    bool held_ = false;  // in this epoch
    std::unordered_map<std::uint32_t, Receiver> receivers_;
    std::optional<Time> epoch_begin_;
    std::int64_t epoch_first_ = 0;
    ByteCount epoch_sent_ = 0;
};

}  // namespace mcast::protocol
