// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include <mcast/status.hpp>

#include "base/rng.hpp"
#include "protocol/due_set.hpp"
#include "protocol/object/object_receiver.hpp"
#include "protocol/receive/chosen_sender.hpp"
#include "protocol/receive/deferral.hpp"
#include "protocol/receive/delivery_rate.hpp"
#include "protocol/receive/discovery.hpp"
#include "protocol/receive/farewell.hpp"
#include "protocol/receive/join_cycle.hpp"
#include "protocol/receive/liveness.hpp"
#include "protocol/receive/loss_meter.hpp"
#include "protocol/receive/nack_cycle.hpp"
#include "protocol/receive/receive_window.hpp"
#include "protocol/receive/receiver_config.hpp"
#include "protocol/receive/receiver_event.hpp"
#include "protocol/receive/report_schedule.hpp"
#include "protocol/receive/retry_delay.hpp"
#include "protocol/receive/sender_view.hpp"
#include "protocol/timers.hpp"
#include "wire/norm/ack.hpp"

namespace mcast::protocol {

enum class ReceiverStage : std::uint8_t {
    listening,   ///< no offer yet
    offered,     ///< the driver decides
    receiving,   ///< content comes in
    finishing,   ///< all is there, the file gets its name
    telling,     ///< the outcome is known here and told to the sender
    unanswered,  ///< its sender is none, the driver puts the output away
    ended
};

enum class ReceiverTimer : std::uint8_t { join, report, nack, digests, check, linger, plain };

/// Everything without a timer of its own is looked at this often.
inline constexpr Duration kReceiverCheck = std::chrono::milliseconds(50);

/// Messages that something has made due; ack_cc is NORM_ACK.
enum class ReceiverDue : std::uint8_t { join, report, nack, digests, ack_cc };

/// Bytes that wait for the disk, and how many may.
struct Backlog {
    ByteCount bytes = 0;
    ByteCount limit = 0;
    bool zeros =
        false;  ///< zeros are among the bytes, for they take the output time as content does
};

/// All parts of a receiver, each with one job: values that know nothing of each other. What comes
/// in (ReceiverInput), goes out (ReceiverOutput) and is due (ReceiverClock) has its effects on
/// them.
struct ReceiverParts {
    ReceiverParts(ReceiverConfig given, Time now, Rng seed);

    /// Nothing is left of the offer. Its sender knows our challenge: that is drawn anew.
    void forget_offer(Time now);
    /// The offer may be a record of an earlier one, and nothing of it is taken yet.
    [[nodiscard]] bool unproven() const { return config.confirmed_only && !joining.confirmed(); }
    void tell(ReceiverEvent event) { events.push_back(std::move(event)); }

    ReceiverConfig config;
    Discovery discovery;
    Rng rng;
    Stats stats;
    std::deque<ReceiverEvent> events;
    Liveness liveness;

    // State that belongs to one offer.
    ReceiverStage stage = ReceiverStage::listening;
    Time accepted{};           ///< when the offer was
    bool started = false;      ///< content has come, or may
    bool sender_idle = false;  ///< nothing has come since a flush
    TimerTable<ReceiverTimer, 7> timers;
    DueSet<ReceiverDue> due;
    std::optional<wire::FlushPosition> watermark;  ///< to be acknowledged
    OfferInfo offer;
    std::uint64_t told_size = wire::Offer::kUnknownSize;  ///< of a stream, by the last offer
    ChosenSender chosen;
    SenderView sender;
    JoinCycle joining;
    ReportSchedule reports;
    LossMeter loss;
    DeliveryRate delivery;
    ObjectReceiver object;
    ReceiveWindow window;
    NackCycle nacks;
    Deferral deferral;
    Backlog backlog;
    bool reader_at_work = false;  ///< all is written, and a program that read it has yet to end
    Farewell farewell;
    RetryDelay telling;  ///< between two times that the outcome is told
};

}  // namespace mcast::protocol
