// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "net/session_seal.hpp"
#include "protocol/send/sender.hpp"
#include "session/loop/batch_reader.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/driver.hpp"
#include "session/loop/mailbox.hpp"
#include "session/loop/network_attachment.hpp"
#include "session/loop/seal_watch.hpp"
#include "session/loop/session_front.hpp"
#include "session/loop/transfer_result.hpp"
#include "session/send/digest_worker.hpp"
#include "session/send/parity_cache.hpp"
#include "session/send/send_path.hpp"
#include "session/send/sender_publisher.hpp"
#include "session/send/stream_feed.hpp"
#include "storage/source.hpp"

namespace mcast::session {

/// The sending side of a transfer: gives the core the datagrams that come in, sends those that the
/// core hands out, and ends with it. Its parts do the rest: the network, the path to the socket,
/// the source's digests, the status. Constructed on any thread, then used by the loop's thread
/// alone; other threads post to the mailbox. `base` and `mailbox` outlive it.
class SendTransfer final : public Transfer {
  public:
    struct Parts {
        protocol::SenderConfig config;
        std::uint64_t seed = 0;
        std::unique_ptr<storage::Source> source;
        std::optional<StreamContent> stream;  ///< that the source is of, if it is a stream
        Channel channel;
        std::optional<net::SessionSeal> seal = {};  ///< of a session with a secret
    };

    SendTransfer(Parts parts, SessionFront& base, Mailbox& mailbox);

    [[nodiscard]] Wait turn(Time now, const Ready& ready) override;
    void broken(Error error) override;

    // Commands of operators, on the loop's thread.
    [[nodiscard]] Result<void> begin();
    void drain() { core_.drain(); }
    void set_rate(std::optional<std::uint64_t> bps);
    /// `receiver`: a node id in hex, or a host name that only one receiver has.
    [[nodiscard]] Result<void> detach(const std::string& receiver);
    void cancel(const std::string& reason);

    [[nodiscard]] const Channel& channel() const { return network_.channel(); }
    /// The note of the offer, cut to what fits on this interface.
    [[nodiscard]] const std::string& meta() const { return core_.config().meta; }

  private:
    [[nodiscard]] DigestListener digest_listener(Mailbox& mailbox);
    void receive(net::UdpSocket& socket);
    void take(const net::UdpSocket& socket, MutableBytes packet, const net::Endpoint& from);
    void look_at_seals(Time now);
    [[nodiscard]] Error true_cause(const Error& error) const;
    [[nodiscard]] net::SessionSeal* seal() { return seal_ ? &*seal_ : nullptr; }
    void drain_events(const net::Endpoint& from);
    void take_event(protocol::SenderEvent event, const net::Endpoint& from);
    [[nodiscard]] std::optional<Duration> silence_limit() const;
    void send(Time now);
    void moved();
    void source_scanned(const Scanned& scanned);
    void source_checked();
    void source_failed(Error error);
    void finish(std::optional<Error> error);
    [[nodiscard]] Wait wait(Time now) const;

    SessionFront& base_;
    std::unique_ptr<storage::Source> source_;
    NetworkAttachment network_;
    std::optional<net::SessionSeal> seal_;
    SealWatch seal_watch_;
    protocol::Sender core_;
    ParityPrefetch ahead_;
    ParityCache parity_;
    SendPath path_;
    BatchReader slots_;
    SendPath::State path_state_ = SendPath::State::idle;
    TransferResult result_;  ///< of a success, waits for a last look at the source
    SenderPublisher publisher_;
    // Last: their threads refer to the rest.
    DigestWorker digests_;
    std::optional<StreamFeed> feed_;
};

}  // namespace mcast::session
