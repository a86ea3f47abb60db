// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mcast/error.hpp>
#include <mcast/status.hpp>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/rng.hpp"
#include "base/time.hpp"
#include "base/trace.hpp"
#include "base/units.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/object/placement.hpp"
#include "protocol/origin.hpp"
#include "protocol/receive/offer_info.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

struct ReceiverConfig {
    NodeId node{};
    /// Random: tells it from another one of the same node id, and is what only the sender repeats.
    std::uint64_t challenge = 0;
    bool fixed_node = false;                ///< a node id that is taken is not drawn anew
    bool plain = false;                     ///< takes a plain NORM sender, too
    std::string host;                       ///< at most 64 bytes
    std::string wanted_name;                ///< the only offer to take; empty: the first
    std::vector<ReceivedBefore> before;     ///< not taken again
    std::optional<Duration> waiting_limit;  ///< give up waiting for an offer
    /// The sender is lost when it is silent for so long; it fails when nothing new comes.
    Duration progress_limit = std::chrono::seconds(30);
    /// For parity, of all blocks that wait for more; and more where more is on the way.
    ByteCount parity_memory = 40 << 20;
    trace::Trace trace;  ///< of what it does
};

struct ReceiverEvent {
    enum class Kind : std::uint8_t {
        offered,     ///< see offer(); answer with accept() or fail()
        joined,      ///< the sender has confirmed us
        started,     ///< the first content came
        warning,     ///< `text`
        unanswered,  ///< the offer's sender, which never confirmed us, is silent: put the output
                     ///< away, then listen(); `text` says so once a transfer
        ended,       ///< the last event; `error` empty: success
    };
    Kind kind;
    std::optional<Error> error;
    std::string text;
};

/// The NORM receiver of one object (RFC 5740 section 5.2, 5.3) from our sender or a plain one.
/// Sans-I/O, one thread; the same verbs as Sender. Everything it transmits goes to the address
/// that the sender's datagrams come from. It says where content belongs and what to do with it;
/// the driver's storage does that, in order, and answers.
class Receiver {
  public:
    Receiver(ReceiverConfig config, Time now, Rng rng);
    ~Receiver();
    Receiver(Receiver&&) noexcept;

    /// A datagram from elsewhere than the chosen offer is counted and dropped; a new address is
    /// believed in an offer of the same transfer, when the old one is silent.
    [[nodiscard]] Placement handle(Time now, Bytes datagram, const Origin& from);
    void handle_timeout(Time now);
    [[nodiscard]] Time next_timeout() const;
    [[nodiscard]] bool poll_transmit(Time now, Transmit& out);
    [[nodiscard]] std::optional<ReceiverEvent> poll_event();
    [[nodiscard]] bool poll_order(Order& out);

    /// True when the datagram just handled came from the sender that this receiver listens to: the
    /// driver answers to that datagram's source address.
    [[nodiscard]] bool heard_sender() const;
    /// Ours: another than given when that was taken.
    [[nodiscard]] NodeId node() const;

    [[nodiscard]] const OfferInfo& offer() const;
    /// Takes the offer. With a window only content in [released, released + window) is placed: as
    /// little of it as will do, 32 MiB at first.
    void accept(Time now, std::optional<ByteCount> window);
    /// The offer cannot be taken, and that is no failure: says so, and listens on.
    void skip(const std::string& why);
    /// The offer should be taken and cannot: as fail(), once its sender has answered. An offer of
    /// nobody ends nothing: `unanswered`.
    void decline(Time now, Error error);
    /// After `unanswered`: waits for an offer as in the beginning.
    void listen(Time now);
    /// Our address may be another one: the sender is told by a join.
    void rejoin(Time now);
    /// Content below `offset` has left an ordered sink: the window moves on.
    void released(ByteCount offset);
    void verdict(Time now, std::uint32_t chunk, bool good);
    /// The answer to Order::finish, with the digest of the whole; none of a plain sender's.
    void finished(Time now, Bytes root);
    /// Ends it with that error: the sender is told, then `ended` comes. Before the sender has
    /// confirmed the join, joining and failing are one message: such a receiver is shown as failed,
    /// and the sender does not begin for its sake.
    void fail(Time now, Error error);

    /// Figures for the reports: bytes that wait for the disk, and datagrams that the socket dropped
    /// since the beginning.
    void set_backlog(ByteCount bytes, ByteCount limit);
    void set_host_drops(std::uint64_t datagrams);

    [[nodiscard]] Phase phase() const;
    [[nodiscard]] ByteCount bytes_done() const;
    [[nodiscard]] DataRate rate() const;
    [[nodiscard]] const Stats& stats() const;
    [[nodiscard]] std::string waiting_for() const;
    [[nodiscard]] bool ended() const;

  private:
    [[nodiscard]] Placement handle_traced(Time now, Bytes datagram, const Origin& from);

    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcast::protocol
