// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/due_set.hpp"
#include "protocol/object/object_receiver.hpp"
#include "protocol/own_pause.hpp"
#include "protocol/receive/discovery.hpp"
#include "protocol/receive/farewell.hpp"
#include "protocol/receive/loss_meter.hpp"
#include "protocol/receive/nack_cycle.hpp"
#include "protocol/receive/receive_window.hpp"
#include "protocol/receive/receiver.hpp"
#include "protocol/receive/sender_view.hpp"
#include "protocol/timers.hpp"
#include "wire/norm/message.hpp"
#include "wire/norm/quantize.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {

/// The receiver's parts and what binds them, in five files: receiver_offers.cpp (finding a sender),
/// receiver_content.cpp (symbols, chunks, orders), receiver_messages.cpp (the sender's other
/// messages), receiver_feedback.cpp (what goes out), receiver_timers.cpp (what time brings).
class Receiver::Impl {
  public:
    Impl(ReceiverConfig config, Time now, Rng rng);

    // receiver_messages.cpp
    Placement handle(Time now, Bytes datagram, const Origin& from);
    // receiver_offers.cpp
    void accept(Time now, std::optional<ByteCount> window);
    void skip(const std::string& why);
    void listen(Time now);
    // receiver_content.cpp
    void verdict(Time now, std::uint32_t chunk, bool good);
    void finished(Time now, Bytes root);
    // receiver_feedback.cpp
    bool poll_transmit(Time now, Transmit& out);
    // receiver_timers.cpp
    void handle_timeout(Time now);
    [[nodiscard]] Time next_timeout() const { return timers_.next(); }
    void fail(Time now, Error error);
    void decline(Time now, Error error);
    void rejoin(Time now);
    [[nodiscard]] std::string waiting_for() const;

    /// listening: no offer yet; offered: the driver decides; receiving: content comes in;
    /// finishing: all is there, the file gets its name; telling: the outcome is known here and told
    /// to the sender; unanswered: its sender is none, the driver puts the output away; ended.
    enum class Stage : std::uint8_t {
        listening,
        offered,
        receiving,
        finishing,
        telling,
        unanswered,
        ended
    };
    enum class Timer : std::uint8_t { join, report, nack, silence, digests, check, linger, plain };
    /// Messages that something has made due; ack_cc is NORM_ACK.
    enum class Due : std::uint8_t { join, report, nack, digests, ack_cc };

    ReceiverConfig config;
    Stage stage = Stage::listening;
    OfferInfo offer;
    bool heard_sender = false;
    ByteCount backlog = 0;
    ByteCount backlog_limit = 0;
    DataRate rate;
    Stats stats;
    std::deque<ReceiverEvent> events;

    [[nodiscard]] bool started() const { return started_at_.has_value(); }
    void set_host_drops(std::uint64_t drops) { loss_.set_host_drops(drops); }
    void release_done(ByteCount offset);

  private:
    friend class Receiver;

    // receiver_offers.cpp
    void draw_node(Time now);
    void on_discovery(Time now, Discovery::Heard heard);
    void tell_warnings();

    // receiver_content.cpp
    Placement on_data(Time now, const wire::Data& data);
    void on_new_data(Time now, std::uint32_t block);
    void on_complete(Time now, std::size_t repaired);
    void check_finish();
    [[nodiscard]] Error standstill() const;
    void on_digests(const wire::Digests& digests);
    /// Something is missing that the sender has passed.
    [[nodiscard]] bool lacks_passed() const;
    [[nodiscard]] BlockTable& blocks() { return object_.blocks(); }
    [[nodiscard]] const BlockTable& blocks() const { return object_.blocks(); }

    // receiver_messages.cpp
    void on_message(Time now, const wire::Message& message);
    template <typename Message>
    bool from_sender(Time now, const Message& message, const Origin& from);
    template <typename Message>
    [[nodiscard]] bool sender_moved(Time now, const Message& message) const;
    void on_sender_fields(Time now, const wire::SenderFields& fields);
    void plan_report(Time now);
    [[nodiscard]] Duration report_interval(Time now) const;
    [[nodiscard]] Duration spread();
    [[nodiscard]] Duration join_delay();
    [[nodiscard]] Duration retry_delay(Duration first, Duration most);
    void on_application(Time now, Bytes payload);
    void on_receiver_states(Time now, const wire::ReceiverStates& states);
    void on_refused(Time now, const wire::ReceiverStates& states);
    void confirmed(Bytes root);
    void shorten_waits(Time now);
    void take_turn(Time now, bool behind);
    void on_end(Time now, const wire::End& end);
    void on_flush(Time now, const wire::CmdFlush& flush);
    void on_probe(const wire::CmdCc& probe);
    void on_repair_adv(Time now, const wire::CmdRepairAdv& repair_adv);
    void start(Time now);

    // receiver_feedback.cpp
    [[nodiscard]] NackCycle::Conditions conditions(Time now) const;
    void want_nack(Time now);
    void on_nack_timer(Time now);
    void want_digests(Time now);
    void ask_for_rest(Time now);
    [[nodiscard]] wire::Nack nack_to(Time now, NodeId sender, bool plain) const;
    std::size_t put_nack(MutableBytes out, Time now, const wire::Nack& nack);
    bool poll_nack(Time now, Transmit& out);
    std::size_t put_info_request(MutableBytes out, Time now);
    std::size_t put_ack(MutableBytes out, Time now, std::uint8_t type, Bytes payload);
    template <typename Message>
    std::size_t put_reply(MutableBytes out, Time now, Message message);
    std::size_t put_join(MutableBytes out, Time now);
    std::size_t put_report(MutableBytes out, Time now);
    std::size_t put_digest_request(MutableBytes out, Time now);
    [[nodiscard]] wire::ExtCc cc() const;
    void measure(Time now);

    // receiver_timers.cpp
    /// For each datagram: a timer can only be so late when nobody has called for as long.
    void on_time(Time now) {
        if (now - std::exchange(now_, now) >= kOwnPause) after_gap(now);
    }
    void after_gap(Time now);
    /// For each datagram, too; a brief silence is none.
    void on_heard(Time now) {
        const Duration silent = now - std::exchange(heard_, now);
        if (silent > kBriefSilence) after_silence(now, silent);
    }
    void after_silence(Time now, Duration silent);
    void check(Time now);
    [[nodiscard]] bool nobody_answers(Time now) const;
    void pass_over(const std::string& why);
    void ask_again(Time now);
    void tell(Time now);
    void end(std::optional<Error> error);
    [[nodiscard]] Duration digests_patience();

    static constexpr Duration kBriefSilence = std::chrono::milliseconds(10);

    Discovery discovery_;
    Rng rng_;
    Time created_;
    TimerTable<Timer, 8> timers_;
    InstanceId instance_{};
    Origin origin_;  // of the sender
    NackCycle nacks_;
    ObjectReceiver object_;
    Farewell farewell_;
    LossMeter loss_;
    ReceiveWindow window_;
    std::optional<Time> started_at_;

    SenderView sender_;
    Duration planned_interval_{};       // that the report timer was set by
    Time now_{};                        // when the driver last called
    Time heard_{};                      // anything of the sender
    Time progressed_{};                 // something new
    std::optional<Time> behind_until_;  // others are served before us
    Time reporter_until_{};             // the rate follows us: we report often

    bool sender_idle_ = false;  // nothing has come since a flush
    bool known_ = false;        // a list of receiver states has named us
    ByteCount content_received_ = 0;
    ByteCount measured_bytes_ = 0;
    Time measured_{};
    int tries_ = 0;  // of the join, or of telling the outcome
    DueSet<Due> due_;
    std::optional<wire::FlushPosition> ack_flush_due_;
};

}  // namespace mcast::protocol
