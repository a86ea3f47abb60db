// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "protocol/grtt.hpp"
#include "protocol/send/due_messages.hpp"
#include "protocol/send/feedback_timing.hpp"
#include "protocol/send/membership.hpp"
#include "protocol/send/new_data_hold.hpp"
#include "protocol/send/object_sender.hpp"
#include "protocol/send/peer_notices.hpp"
#include "protocol/send/reporters.hpp"
#include "protocol/send/send_rate.hpp"
#include "protocol/send/sender.hpp"
#include "protocol/send/sender_messages.hpp"
#include "protocol/send/sent_history.hpp"
#include "protocol/send/slow_watch.hpp"
#include "protocol/send/stage.hpp"
#include "protocol/timers.hpp"
#include "wire/norm/message.hpp"
#include "wire/norm/quantize.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {

/// The sender's parts and what binds them, in ten files: sender_feedback.cpp (what comes
/// in), sender_bounds.cpp (what a receiver may ask for), sender_strangers.cpp (from whom that is
/// not ours), sender_transmit.cpp (what goes out), sender_timers.cpp (what time brings),
/// sender_presence.cpp (who is away), sender_pace.cpp (whom it waits for), sender_trouble.cpp (what
/// people are told of the group), sender_ending.cpp (how receivers and the session end), sender.cpp
/// (the face).
class Sender::Impl {
  public:
    Impl(SenderConfig config, Time now, Rng rng);

    // sender_feedback.cpp
    void handle(Time now, Bytes datagram, const Origin& from);
    // sender_transmit.cpp
    bool poll_transmit(Time now, Transmit& out);
    // sender_presence.cpp
    void on_time(Time now);
    // sender_timers.cpp
    void handle_timeout(Time now);
    [[nodiscard]] Time next_timeout() const;
    std::optional<ErrorCode> begin(Time now);
    std::optional<SenderEvent> poll_event();
    [[nodiscard]] std::string waiting_for() const;
    // sender_trouble.cpp
    [[nodiscard]] std::optional<Pace> pace() const;
    [[nodiscard]] std::vector<std::string> missing() const;
    // sender_ending.cpp
    void finish(Time now, std::optional<Error> error);
    bool detach(Time now, NodeId node);

    enum class Timer : std::uint8_t {
        offer,
        probe,
        flush,
        digests,
        advert,
        check,
        start_after,
        ending,
        roll
    };

    SenderConfig config;
    ObjectSender object;
    Stage stage;
    Membership group;
    SenderMessages messages;
    PeerNotices notices;
    GrttEstimator grtt;
    SendRate rate;
    FeedbackTiming timing;
    Reporters reporters;
    NewDataHold hold;
    Stats stats;

  private:
    // sender_feedback.cpp
    void on_nack(Time now, const wire::Nack& nack, const Origin& from);
    void on_ack(Time now, const wire::Ack& ack, const Origin& from);
    void on_private(Time now, const wire::NormReport& message, const Origin& from);
    void on_join(Time now, NodeId node, const wire::Join& join, const Origin& from);
    [[nodiscard]] Peer* heard_peer(Time now, NodeId node, const Origin& from);
    [[nodiscard]] bool may_move(Time now, const Peer& peer) const;
    void on_joined(Time now, const Peer& peer);
    void on_verified(Time now, Peer& peer, Bytes root);
    void on_report(Time now, Peer& peer, const wire::Report& report);
    void on_plain(Time now, const wire::Ack& ack, const Origin& from);
    void on_foreign(NodeId node, InstanceId instance, Bytes application);
    void name_once(SenderEvent::Kind kind, NodeId node);
    [[nodiscard]] std::uint32_t near_blocks() const;
    std::optional<Duration> measure_rtt(Time now, Peer* peer, std::optional<Time> response);
    [[nodiscard]] LimitedBy cause_of(const Peer& peer, const rate::Sample& sample) const;
    void take_rate_sample(Time now, Peer& peer, const wire::Report& report);
    void take_window(Peer& peer, ByteCount end);
    Peer* add_peer(Time now, NodeId node, std::string host, bool plain);

    // sender_bounds.cpp
    [[nodiscard]] bool overdrawn(const Peer& peer);
    void on_digest_request(Peer& peer, const wire::DigestRequest& request);
    void take_progress(Time now, Peer& peer);
    [[nodiscard]] bool make_room(Time now);
    void refuse(NodeId node, std::uint64_t challenge);

    // sender_transmit.cpp
    bool poll_control(Time now, Transmit& out);
    bool poll_application(Time now, Transmit& out);
    bool poll_data(Time now, Transmit& out);
    template <typename Source>
    bool fill_run(Time now, Transmit& out, Source& source, std::uint8_t flags);
    void on_all_new_sent();
    void put_data_header(MutableBytes out, const SymbolRef& symbol, std::uint8_t flags);
    std::size_t put_flush(MutableBytes out);
    std::size_t put_probe(MutableBytes out, Time now);
    std::size_t put_advert(MutableBytes out);
    void plan_parity(Time now);
    [[nodiscard]] SenderMessages::Stamp stamp();
    [[nodiscard]] bool last_round() const;  // of new data: a request for it comes too late
    [[nodiscard]] double last_bytes() const;
    [[nodiscard]] bool digests_wanted() const;
    [[nodiscard]] bool roll_wanted() const;

    // sender_presence.cpp
    void on_heard(Time now, Peer& peer);
    [[nodiscard]] Duration longest_silence() const;
    [[nodiscard]] bool missed(Time now, const Peer& peer) const;
    void check_presence(Time now, Peer& peer);
    void tell_silent(Peer& peer);
    void come_back(Time now, Peer& peer);
    [[nodiscard]] bool is_here(Time now, Peer& peer, const rate::Sample& sample);
    [[nodiscard]] bool stale(const Peer* peer, Time probed) const;
    void tell_ended(Time now, Peer& peer);
    [[nodiscard]] bool silent(const Peer& peer) const;
    [[nodiscard]] std::string silent_text() const;
    [[nodiscard]] std::string holding_text(const Peer& peer) const;

    // sender_timers.cpp
    [[nodiscard]] bool data_wanted() const;
    void start(Time now);
    void check(Time now);
    void check_peer(Time now, Peer& peer);
    void check_gate(Time now);
    void on_advert(Time now);

    // sender_pace.cpp
    void check_slow(Time now);
    [[nodiscard]] std::optional<LimitedBy> too_slow(Time now, const Peer& peer) const;
    void leave_behind(Time now, Peer& peer, LimitedBy cause);
    void take_back_or_drop(Time now, Peer& peer);
    [[nodiscard]] bool can_return(const Peer& peer) const;
    void take_back(Time now, Peer& peer);
    void drop(Time now, Peer& peer);
    void watch_windows(Time now);
    void next_round(Time now);
    [[nodiscard]] DataRate wire_rate(double packets_per_second) const;
    [[nodiscard]] bool stands_still(const Peer& peer) const;
    [[nodiscard]] bool owes_outcome(const Peer& peer) const;

    void tell_behind(Time now, Peer& peer);

    // sender_trouble.cpp
    [[nodiscard]] bool can_pace(const Peer* peer) const;
    [[nodiscard]] std::string gathering_text() const;

    // sender_ending.cpp
    void check_result(Time now);
    [[nodiscard]] std::string failures() const;
    void end_peer(Time now, Peer& peer, State state, std::optional<Error> error);
    void on_ending(Time now);

    TimerTable<Timer, 9> timers_;
    SentHistory history_;
    std::uint16_t cc_sequence_ = 0;
    Time now_{};    // when the driver last called
    Time woke_{};   // this process had stood still until then
    Time heard_{};  // when any of them last said anything
    int flushes_ = 0;
    std::vector<std::pair<SenderEvent::Kind, NodeId>> foreign_;  // that were named
    Time grtt_judged_{};                                         // by the answers until then
    Time adverted_{};     // pending repairs were last advertised then
    SlowWatch watch_;     // unused when all are waited for
    Time watched_{};      // it took stock then
    Time behind_told_{};  // to those who are left behind
    DueMessages due_{Due::offer};
};

}  // namespace mcast::protocol
