// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mcast/options.hpp>

#include "base/rng.hpp"
#include "net/run_sealer.hpp"
#include "net/session_seal.hpp"
#include "protocol/receive/receiver.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/driver.hpp"
#include "session/loop/large_packet_watch.hpp"
#include "session/loop/mailbox.hpp"
#include "session/loop/network_attachment.hpp"
#include "session/loop/rate_meter.hpp"
#include "session/loop/seal_watch.hpp"
#include "session/loop/session_front.hpp"
#include "session/loop/status_clock.hpp"
#include "session/loop/transfer_result.hpp"
#include "session/receive/content_reader.hpp"
#include "session/receive/receive_worker.hpp"

namespace mcast::session {

/// The receiving side of a transfer: brings datagrams to the core, content to the worker, the
/// worker's results to the core, and the core's feedback to the sender. Constructed on any thread,
/// then used by the loop's thread alone; the worker wakes the loop by the mailbox. `base` and
/// `mailbox` outlive it.
class ReceiveTransfer final : public Transfer {
  public:
    struct Parts {
        protocol::ReceiverConfig config;
        std::uint64_t seed = 0;
        Channel channel;
        ReceiveOptions options;
        std::optional<net::SessionSeal> seal = {};  ///< of a session with a secret
    };

    ReceiveTransfer(Parts parts, SessionFront& base, Mailbox& mailbox);

    [[nodiscard]] Wait turn(Time now, const Ready& ready) override;
    void broken(Error error) override;
    void cancel(const std::string& reason);

    [[nodiscard]] const Channel& channel() const { return network_.channel(); }

  private:
    struct Limits {
        std::optional<Duration> waiting;
        Duration running{};
    };

    void read();
    [[nodiscard]] std::optional<Duration> silence_limit() const;
    void take_results(Time now);
    void take(Time now, Opened& opened);
    void take(Time now, Verdict& verdict);
    void take(Time now, Released& released);
    void take(Time now, Finished& finished);
    void take(Time now, Failed& failed);
    void take(Time now, Abandoned& abandoned);
    void drain_core(Time now);
    void settle(Time now);
    void take_event(Time now, protocol::ReceiverEvent event);
    void tell_join(Time now);
    void take_offer(Time now);
    void put_away_unanswered(std::string text);
    void listen_again(Time now);
    void transmit(Time now);
    void look_at_path(Time now);
    void look_at_seals(Time now);
    [[nodiscard]] std::string sealed_otherwise_words() const;
    void heard_sender(Time now, const net::Endpoint& from);
    [[nodiscard]] Error true_cause(const Error& error) const;
    [[nodiscard]] net::SessionSeal* seal() { return seal_ ? &*seal_ : nullptr; }
    void show(Time now);
    void write_status(Time now, Status& status);
    void finish();
    [[nodiscard]] Wait wait() const;

    SessionFront& base_;
    const ReceiveOptions options_;
    const Limits limits_;
    NetworkAttachment network_;
    std::optional<net::SessionSeal> seal_;
    std::optional<net::RunSealer> sealer_;  ///< of feedback
    SealWatch seal_watch_;
    protocol::Receiver core_;
    protocol::Transmit transmit_;
    protocol::ReceiverAction action_;
    LargePacketWatch large_;
    StatusClock clock_;
    RateMeter done_;
    bool offered_ = false;
    bool join_told_ = false;
    bool unanswered_ = false;  ///< the output is being put away: nobody stood behind the offer
    TransferResult result_;    ///< of a failure, waits until the output is put away
    std::vector<WorkResult> results_;
    // Last: the worker's thread may use the members before it.
    ReceiveWorker worker_;
    ContentReader intake_;
};

}  // namespace mcast::session
