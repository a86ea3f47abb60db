// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <mcast/error.hpp>
#include <mcast/status.hpp>

#include "base/bytes.hpp"
#include "protocol/receive/receiver_input.hpp"
#include "protocol/receive/receiver_output.hpp"
#include "protocol/receive/receiver_wait.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

/// The NORM receiver of one object (RFC 5740 section 5.2, 5.3) from our sender or a plain one.
/// Sans-I/O, one thread; the same verbs as Sender. Everything it transmits goes to the address
/// that the sender's datagrams come from. It says where content belongs and what to do with it;
/// the driver's storage does that, in order, and answers. It cannot be moved: its parts know each
/// other.
///
/// After each handle, handle_timeout or answer: drain poll_action, then poll_transmit until it
/// returns false, then sleep until next_timeout.
class Receiver {
  public:
    Receiver(ReceiverConfig config, Time now, Rng rng) : parts_(std::move(config), now, rng) {}
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    /// A datagram from elsewhere than the chosen offer is counted and dropped; a new address is
    /// believed in an offer of the same transfer, when the old one is silent.
    [[nodiscard]] Handled handle(Time now, Bytes datagram, const Origin& from);
    void handle_timeout(Time now) { clock_.handle_timeout(now); }
    [[nodiscard]] Time next_timeout() const { return parts_.timers.next(); }
    [[nodiscard]] bool poll_transmit(Time now, Transmit& out);
    /// The actions that are due now, one after the other: false when that is all. What the driver
    /// answers may lead to more.
    [[nodiscard]] bool poll_action(ReceiverAction& out) {
        return (!parts_.events.empty() || parts_.object.has_orders()) && take_action(out);
    }

    /// Ours: another than given when that was taken.
    [[nodiscard]] NodeId node() const { return parts_.config.node; }

    [[nodiscard]] const OfferInfo& offer() const { return parts_.offer; }
    /// Takes the offer. With a window only content in [released, released + window) is placed: as
    /// little of it as will do, 32 MiB at first.
    void accept(Time now, std::optional<ByteCount> window) { offers_.accept(now, window); }
    /// The offer cannot be taken, and that is no failure: says so, and listens on.
    void skip(const std::string& why) { offers_.skip(why); }
    /// The offer should be taken and cannot: as fail(), once its sender has answered. An offer of
    /// nobody ends nothing: `unanswered`.
    void decline(Time now, Error error) {
        ending_.decline(now, ReceiverError::of(std::move(error)));
    }
    /// After `unanswered`: waits for an offer as in the beginning.
    void listen(Time now) { offers_.listen(now); }
    /// Our address may be another one: the sender is told by a join.
    void rejoin(Time now) { clock_.rejoin(now); }
    /// Content below `offset` has left an ordered sink: the window moves on.
    void released(ByteCount offset) { content_.on_released(offset); }
    void verdict(Time now, std::uint32_t chunk, bool good);
    /// The answer to Order::finish, with the digest of the whole; none of a plain sender's.
    void finished(Time now, Bytes root);
    /// Ends it with that error: the sender is told, then `ended` comes. Before the sender has
    /// confirmed the join, joining and failing are one message: such a receiver is shown as failed,
    /// and the sender does not begin for its sake.
    void fail(Time now, Error error) { ending_.fail(now, ReceiverError::of(std::move(error))); }

    /// Figures for the reports: bytes that wait for the disk, and datagrams that the socket dropped
    /// since the beginning.
    void set_backlog(ByteCount bytes, ByteCount limit, bool zeros = false) {
        parts_.backlog = {bytes, limit, zeros};
    }
    /// All content is written out, and only the program that has read it has yet to end.
    void set_reader_at_work(bool at_work) { parts_.reader_at_work = at_work; }
    void set_host_drops(std::uint64_t datagrams) { parts_.loss.set_host_drops(datagrams); }

    [[nodiscard]] Phase phase() const;
    [[nodiscard]] ByteCount bytes_done() const { return parts_.object.blocks().bytes_done(); }
    [[nodiscard]] DataRate rate() const { return parts_.delivery.rate(); }
    [[nodiscard]] const Stats& stats() const { return parts_.stats; }
    [[nodiscard]] ReceiverWait waiting_for() const { return receiver_wait(parts_); }
    [[nodiscard]] bool ended() const { return parts_.stage == ReceiverStage::ended; }

  private:
    [[nodiscard]] bool take_action(ReceiverAction& out);
    [[nodiscard]] Handled handle_traced(Time now, Bytes datagram, const Origin& from);

    ReceiverParts parts_;
    RequestSchedule requests_{parts_};
    ReceiverEnding ending_{parts_};
    ContentIntake content_{parts_, requests_, ending_};
    OfferIntake offers_{parts_, content_};
    StatesIntake states_{parts_, requests_, ending_};
    ReceiverClock clock_{parts_, requests_, ending_, offers_};
    ReceiverInput input_{parts_, requests_, offers_, content_, states_, clock_};
    ReceiverOutput output_{parts_, requests_};
};

}  // namespace mcast::protocol
