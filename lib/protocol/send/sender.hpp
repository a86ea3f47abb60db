// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mcast/error.hpp>
#include <mcast/options.hpp>
#include <mcast/status.hpp>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/rng.hpp"
#include "base/time.hpp"
#include "base/trace.hpp"
#include "base/units.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/origin.hpp"
#include "protocol/rate/mode.hpp"
#include "protocol/send/peer.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

struct SenderConfig {
    NodeId node{};
    InstanceId instance{};
    std::uint32_t transfer = 0;  ///< identifies this transfer in offers and joins
    ObjectParams object;
    DigestParams digest;
    std::optional<ByteCount> stored;         ///< what the content takes on its disk, if known
    std::string name;                        ///< offered, and the INFO content: at most 255 bytes
    std::string host;                        ///< at most 64 bytes
    std::string meta;                        ///< at most 512 bytes
    bool plain = false;                      ///< serves and waits for plain NORM receivers, too
    std::uint32_t begin_with = 1;            ///< receivers to begin with
    std::optional<Duration> start_after;     ///< or begin then with who is there, at least one
    std::optional<DataRate> rate;            ///< empty: auto
    std::optional<double> proactive_parity;  ///< sent unasked, part of the source; empty: auto
    std::vector<std::string> expect;         ///< hosts to begin with, and that must have it all
    SlowPolicy on_slow;                      ///< what to do about a slow receiver
    std::optional<Duration> waiting_limit;   ///< give up waiting to begin
    Duration progress_limit = std::chrono::seconds(30);  ///< give a receiver up that stands still
    Duration initial_grtt = std::chrono::milliseconds(2);
    trace::Trace trace;  ///< of what it does
};

/// The receiver that sets the pace, and why.
struct Pace {
    NodeId node{};
    LimitedBy limited_by = LimitedBy::none;
    Cause cause = Cause::link;
    friend bool operator==(const Pace&, const Pace&) = default;
};

struct SenderEvent {
    enum class Kind : std::uint8_t {
        joined,          ///< `node` joined; it is the one that sent the datagram just handled
        rejoined,        ///< `node` said its join again, maybe from another address: as `joined`
        started,         ///< data begins to flow
        left_behind,     ///< `node` is too slow for the others, see Peer::left_for
        returned,        ///< `node`, of which that was told, keeps up again
        receiver_final,  ///< the state of `node` became final
        displaced,       ///< `node`, of which only its join was heard, gave its place to another
        foreign_sender,  ///< another sender, `node`, speaks on our group and port
        same_node,       ///< ... with our node id
        same_name,       ///< ... and offers something under our name
        plain_receiver,  ///< a plain NORM receiver, `node`, is heard, and not served
        ended,           ///< the last event; `error` empty: success
    };
    Kind kind;
    NodeId node{};
    std::optional<Error> error;
};

/// The NORM sender of one object (RFC 5740 section 5.1 to 5.4) with our offer, join, report and
/// digests. Sans-I/O: time and datagrams in, runs of packets and deadlines out; never owns
/// payload. After each handle or handle_timeout: drain poll_event, then poll_transmit until it
/// returns false, then sleep until next_timeout. One thread.
class Sender {
  public:
    Sender(SenderConfig config, Time now, Rng rng);
    ~Sender();
    Sender(Sender&&) noexcept;

    /// A datagram that came back, or was heard on the group. Bad ones are counted and dropped.
    /// A receiver is heard only from where it joined.
    void handle(Time now, Bytes datagram, const Origin& from);
    void handle_timeout(Time now);
    [[nodiscard]] Time next_timeout() const;
    /// Fills `out` with what is due now; false: nothing is.
    [[nodiscard]] bool poll_transmit(Time now, Transmit& out);
    [[nodiscard]] std::optional<SenderEvent> poll_event();

    /// The digest of a chunk of the source, in any order; all are needed to finish.
    void add_digest(std::uint32_t chunk, Bytes digest);
    /// The digest of the whole, known after the last of them: without it nobody succeeds.
    void set_root(Bytes root);
    /// Whoever is there: begins. Errors already_started, no_receivers.
    [[nodiscard]] std::optional<ErrorCode> begin(Time now);
    void drain();
    void set_rate(Time now, std::optional<DataRate> rate);
    /// Out of pacing and counting, by an operator. False: no such receiver in progress.
    bool detach(Time now, NodeId node);
    /// Ends the session with that error: the receivers are told, then `ended` comes.
    void fail(Time now, Error error);
    /// The socket takes no more: it holds up to `held` bytes that have not left yet.
    void link_busy(Time now, ByteCount held);

    /// All receivers that ever joined, in the order of joining.
    [[nodiscard]] const std::vector<Peer>& receivers() const;
    /// The one of that node; null: it never joined. Valid until the next call of handle.
    [[nodiscard]] const Peer* receiver(NodeId node) const;
    [[nodiscard]] bool started() const;
    [[nodiscard]] bool ended() const;
    /// True once all source symbols have been sent once.
    [[nodiscard]] bool first_pass_done() const;
    /// Byte offset up to which new content has been sent.
    [[nodiscard]] ByteCount position() const;
    [[nodiscard]] DataRate rate() const;
    [[nodiscard]] rate::ModeState rate_mode() const;
    [[nodiscard]] Duration grtt() const;
    /// A receiver that is in trouble, there, attached and not finished; empty: no single one.
    [[nodiscard]] std::optional<Pace> pace() const;
    /// Names of SenderConfig::expect that have not come; once data flows: that do not have it all.
    [[nodiscard]] std::vector<std::string> missing() const;
    /// Of these, what never came, as a text for people.
    [[nodiscard]] std::string absent() const;
    [[nodiscard]] const Stats& stats() const;
    [[nodiscard]] const SenderConfig& config() const;
    /// "2 of 4 receivers have joined", "3 receivers have to report", ...; empty when none.
    [[nodiscard]] std::string waiting_for() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcast::protocol
