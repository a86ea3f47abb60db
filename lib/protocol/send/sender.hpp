// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/send/sender_input.hpp"
#include "protocol/send/sender_output.hpp"
#include "protocol/send/sender_wait.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

/// The NORM sender of one object (RFC 5740 section 5.1 to 5.4) with our offer, join, report and
/// digests. Sans-I/O: time and datagrams in, runs of packets and deadlines out; never owns
/// payload. After each handle or handle_timeout: drain poll_event, then poll_transmit until it
/// returns false, then sleep until next_timeout. One thread. It cannot be moved: its parts know
/// each other.
class Sender {
  public:
    Sender(SenderConfig config, Time now, Rng rng);

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
    // For a stream, whose content comes while it is sent, and for a file that is looked at for
    // zeros while it is sent. All other files are there from the beginning.
    /// Content before this offset can be sent. Of that which could not be sent before, `zeros` are
    /// zeros, and are told to the receivers instead of being sent; plain NORM receivers cannot be
    /// told.
    void extend(ByteCount available, std::span<const ByteRange> zeros = {});
    /// The stream ends with what can be sent.
    void end_stream(Time now);
    /// No receiver asks for content below: all that are waited for have verified it.
    [[nodiscard]] ByteCount releasable() const;
    /// Content below is gone. Nobody can join any more.
    void release(ByteCount offset);
    [[nodiscard]] ByteCount available() const { return parts_.object.available(); }
    [[nodiscard]] ByteCount released() const { return parts_.object.released(); }

    /// Begins with the receivers that are there. Errors already_started, no_receivers.
    [[nodiscard]] std::optional<ErrorCode> begin(Time now);
    void drain();
    void set_rate(Time now, std::optional<DataRate> rate);
    /// Gives the receiver up by an operator's word: it neither paces nor counts. False: no such
    /// receiver in progress.
    bool detach(Time now, NodeId node);
    /// Ends the session with that error: the receivers are told, then `ended` comes.
    void fail(Time now, Error error);
    /// The socket takes no more: it holds up to `held` bytes that have not left yet.
    void link_busy(Time now, ByteCount held);

    /// All receivers that ever joined, in the order of joining.
    [[nodiscard]] const std::vector<Member>& receivers() const { return parts_.group.all(); }
    /// The receiver of that node id; null: it never joined. Valid until the next call of handle.
    [[nodiscard]] const Member* receiver(NodeId node) const { return parts_.group.find(node); }
    [[nodiscard]] bool started() const { return parts_.stage.started().has_value(); }
    [[nodiscard]] bool ended() const { return parts_.stage.ended(); }
    /// True once all source symbols have been sent once.
    [[nodiscard]] bool first_pass_done() const { return parts_.object.first_pass_done(); }
    /// Byte offset up to which new content has been sent.
    [[nodiscard]] ByteCount position() const { return parts_.object.position(); }
    [[nodiscard]] DataRate rate() const { return parts_.rate.rate(); }
    [[nodiscard]] rate::ModeState rate_mode() const { return parts_.rate.control().mode(); }
    [[nodiscard]] Duration grtt() const { return parts_.grtt.value(); }
    /// The receiver that sets the pace: there, attached and not finished; empty: no single one
    /// does.
    [[nodiscard]] std::optional<Pace> pace() const;
    /// Names of SenderConfig::expect that have not come; once data flows: that do not have it all.
    [[nodiscard]] std::vector<std::string> missing() const;
    /// The hosts of SenderConfig::expect that never came.
    [[nodiscard]] std::vector<std::string> absent() const;
    [[nodiscard]] const Stats& stats() const { return parts_.stats; }
    [[nodiscard]] const SenderConfig& config() const { return parts_.config; }
    [[nodiscard]] SenderWait waiting_for() const;

  private:
    SenderParts parts_;
    SenderClock clock_;
    SenderInput input_;
    SenderOutput output_;
};

}  // namespace mcast::protocol
