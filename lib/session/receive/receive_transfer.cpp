// SPDX-License-Identifier: MIT
#include "session/receive/receive_transfer.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "net/packet_io.hpp"
#include "session/loop/real_clock.hpp"
#include "session/loop/session_key.hpp"
#include "session/notices.hpp"
#include "session/receive/failure_text.hpp"
#include "session/receive/offer_objection.hpp"
#include "session/receive/output.hpp"
#include "session/receive/receiver_wait_text.hpp"
#include "storage/output_path.hpp"

namespace mcast::session {
namespace {

constexpr std::size_t kGroup = 0;
constexpr ByteCount kPool = 16U << 20;  // bytes of content between socket and disk

}  // namespace

ReceiveTransfer::ReceiveTransfer(Parts parts, SessionFront& base, Mailbox& mailbox)
    : base_(base),
      options_(std::move(parts.options)),
      limits_{parts.config.waiting_limit, parts.config.progress_limit},
      network_(std::move(parts.channel), Role::receiver, real_now(), base),
      seal_(std::move(parts.seal)),
      core_(std::move(parts.config), real_now(), Rng(parts.seed)),
      clock_(real_now()),
      worker_([&mailbox] { mailbox.wake(); }, kPool),
      intake_(worker_) {
    if (seal_) sealer_.emplace();
    intake_.refill();
}

Wait ReceiveTransfer::turn(Time now, const Ready& ready) {
    if (result_.closed()) return wait();
    take_results(now);
    if (ready[kGroup]) read();
    now = real_now();
    core_.set_backlog(worker_.backlog(), worker_.backlog_limit(), worker_.zeros_take_time());
    core_.set_reader_at_work(worker_.reader_at_work());
    core_.set_host_drops(network_.channel().group.drops());
    if (core_.next_timeout() <= now) core_.handle_timeout(now);
    settle(now);
    intake_.refill();
    transmit(now);
    if (network_.upkeep(now)) core_.rejoin(now);
    if (clock_.next() <= now) {
        show(now);
        look_at_path(now);
        look_at_seals(now);
    }
    if (result_.due() <= now) finish();
    return wait();
}

void ReceiveTransfer::read() {
    const auto done = intake_.read(core_, network_.channel().group, seal(),
                                   [this](Time now, const net::Endpoint& from, bool from_sender) {
                                       network_.heard_others();
                                       if (from_sender) heard_sender(now, from);
                                       drain_core(now);
                                   });
    if (done)
        network_.received();
    else if (const Time now = real_now();
             network_.receive_failed(now, done.error(), silence_limit()))
        core_.fail(now, done.error());
}

void ReceiveTransfer::heard_sender(Time now, const net::Endpoint& from) {
    network_.heard_peer(now, from);
    if (seal_) seal_->answer_last();
}

// The time for which errors of the sockets are borne. While the session waits for an offer that is
// for ever, unless the waiting has a limit.
std::optional<Duration> ReceiveTransfer::silence_limit() const {
    return offered_ ? std::optional(limits_.running) : limits_.waiting;
}

void ReceiveTransfer::take_results(Time now) {
    worker_.take_results(results_);
    for (auto& result : results_) {
        std::visit([&](auto& one) { take(now, one); }, result);
    }
    results_.clear();
}

void ReceiveTransfer::take(Time now, Opened& opened) {
    core_.accept(now, opened.window);
}

void ReceiveTransfer::take(Time now, Verdict& verdict) {
    core_.verdict(now, verdict.chunk, verdict.good);
}

void ReceiveTransfer::take(Time /*now*/, Released& released) {
    core_.released(released.offset);
}

void ReceiveTransfer::take(Time now, Finished& finished) {
    const auto& offer = core_.offer();
    const bool placed = !finished.path.empty();
    if (placed && !offer.plain)
        base_.note_taken({offer.sender,
                          offer.instance,
                          offer.transfer,
                          storage::absolute_place(finished.path),
                          {}});
    if (placed) result_.set_path(std::move(finished.path));
    result_.set_digest(std::move(finished.digest_text));
    core_.finished(now, finished.root.span());
}

void ReceiveTransfer::take(Time now, Failed& failed) {
    core_.decline(now, std::move(failed.error));
}

void ReceiveTransfer::take(Time now, Abandoned& abandoned) {
    if (abandoned.part) result_.explain("; what was received is left in " + *abandoned.part);
    if (result_.waits_for_disk()) return finish();
    if (std::exchange(unanswered_, false)) listen_again(now);
}

void ReceiveTransfer::drain_core(Time now) {
    while (core_.poll_action(action_)) {
        if (auto* order = std::get_if<protocol::Order>(&action_))
            intake_.add(std::move(*order));
        else
            take_event(now, std::get<protocol::ReceiverEvent>(std::move(action_)));
    }
}

/// Goes on until the results lead to nothing more: a verdict, for example, releases content.
void ReceiveTransfer::settle(Time now) {
    drain_core(now);
    intake_.submit();
    while (worker_.has_own_results()) {
        take_results(now);
        drain_core(now);
        intake_.submit();
    }
}

void ReceiveTransfer::take_event(Time now, protocol::ReceiverEvent event) {
    using Kind = protocol::ReceiverEvent::Kind;
    switch (event.kind) {
        case Kind::offered:
            take_offer(now);
            break;
        case Kind::joined:
            network_.answered(now);
            tell_join(now);
            break;
        case Kind::started:
            tell_join(now);
            base_.emit(Event::Kind::start, start_text());
            break;
        case Kind::warning:
            base_.warn(notice_text(event.notice));
            break;
        case Kind::unanswered:
            put_away_unanswered(notice_text(event.notice));
            break;
        case Kind::ended:
            if (!event.error) return finish();
            result_.fail(true_cause(to_error(*event.error)));
            result_.wait_for_disk(now);
            worker_.abandon();
            break;
    }
}

/// Called for the sender's answer and for the first data, whichever comes first: a plain NORM
/// sender never answers.
void ReceiveTransfer::tell_join(Time now) {
    show(now);
    if (!std::exchange(join_told_, true)) base_.emit(Event::Kind::join, offer_taken_text());
}

void ReceiveTransfer::take_offer(Time now) {
    const auto& offer = core_.offer();
    network_.answered(now);
    if (const auto why = offer_objection(offer, options_); !why.empty()) return core_.skip(why);
    offered_ = true;
    if (seal_) seal_->hold();
    base_.update([&](Status& status) {
        status.name = offer.name;
        if (!offer.meta.empty()) status.meta = offer.meta;
        status.bytes_expected = offer.size_hint;
    });
    show(now);
    worker_.open(
        {offer.object, offer.digest,
         [output = output_for(options_, offer,
                              {base_.id(), network_.peer().address_string(), limits_.running}),
          object = offer.object,
          digest = offer.digest] { return open_output(output, object, digest); }});
}

void ReceiveTransfer::put_away_unanswered(std::string text) {
    if (!text.empty()) base_.warn(std::move(text));
    unanswered_ = true;
    worker_.abandon();
}

/// Starts to wait for an offer again, as in the beginning.
void ReceiveTransfer::listen_again(Time now) {
    worker_.renew();
    offered_ = join_told_ = false;
    network_.forget_peer(now);
    if (seal_) seal_->release();
    done_ = {};
    base_.update([&](Status& status) {
        status.name = options_.name;
        status.bytes_total.reset();
        status.bytes_expected.reset();
        status.meta.reset();
        status.peer.reset();
    });
    core_.listen(now);
    show(now);
}

void ReceiveTransfer::transmit(Time now) {
    while (core_.poll_transmit(now, transmit_)) {
        if (network_.peer().empty()) continue;
        if (seal_) sealer_->begin(seal_->reserve(now, 1));
        const auto sent = net::send_packet(network_.channel().own, network_.peer(),
                                           transmit_.control(), sealer_ ? &*sealer_ : nullptr);
        if (!core_.offer().plain) network_.joins(now);
        // Feedback that does not fit into the socket is lost, as on the network. The core repeats
        // it.
        if (sent)
            network_.sent();
        else if (network_.send_failed(now, sent.error(), silence_limit()))
            core_.fail(now, sent.error());
    }
}

void ReceiveTransfer::look_at_path(Time now) {
    if (!offered_) return;
    const auto& object = core_.offer().object;
    if (large_.look(now, core_.bytes_done(), object.segment_size, core_.stats().lost))
        base_.warn(large_packets_text(network_.channel(), object));
}

void ReceiveTransfer::look_at_seals(Time now) {
    const std::uint64_t sealed = seal_ ? seal_->unopened().other_senders : core_.stats().unopened;
    if (seal_ && !(seal_->unopened() == crypto::Unopened{})) network_.heard_others();
    if (seal_watch_.look(now, sealed, offered_)) base_.warn(sealed_otherwise_words());
}

std::string ReceiveTransfer::sealed_otherwise_words() const {
    return sealed_otherwise_text(Role::receiver, network_.channel(),
                                 seal_ ? std::optional(seal_->other_key()) : std::nullopt);
}

Error ReceiveTransfer::true_cause(const Error& error) const {
    if (error.code == ErrorCode::no_sender && !offered_ && seal_watch_.heard())
        return {ErrorCode::auth, 0,
                "nothing that can be opened was offered in time: " + sealed_otherwise_words()};
    return network_.true_cause(error);
}

void ReceiveTransfer::show(Time now) {
    base_.update([&](Status& status) { write_status(now, status); });
    clock_.refreshed(now, 0);
    if (clock_.interval_passed(now)) base_.emit(Event::Kind::interval);
}

void ReceiveTransfer::write_status(Time now, Status& status) {
    done_.add(now, core_.bytes_done());
    // The size of a stream exists only with success.
    if (const auto& object = core_.offer().object; offered_ && (!object.stream || result_.good()))
        status.bytes_total = object.size;
    status.phase = core_.phase();
    status.bytes_done = core_.bytes_done();
    status.rate_bps = static_cast<std::uint64_t>(done_.rate().bps());
    status.stats = core_.stats();
    if (seal_) write_unopened(seal_->unopened(), status.stats);
    status.stats.dropped_by_host = network_.channel().group.drops();
    if (const auto& sender = network_.peer(); !sender.empty()) {
        status.peer = sender.address_string();
        status.feedback_port = sender.port();
    }
    auto waiting = wait_text(core_.waiting_for(), limits_.running, !options_.exec.empty());
    status.waiting_for =
        offered_ ? std::move(waiting) : waiting_text(std::move(waiting), network_.channel());
}

void ReceiveTransfer::finish() {
    if (!result_.close()) return;
    show(real_now());
    result_.tell(base_);
}

void ReceiveTransfer::broken(Error error) {
    result_.fail(std::move(error));
    finish();
}

void ReceiveTransfer::cancel(const std::string& reason) {
    core_.fail(real_now(), cancelled_error(reason));
}

Wait ReceiveTransfer::wait() const {
    Wait wait;
    wait.done = result_.closed();
    wait.sockets[kGroup] = {network_.channel().group.fd(), intake_.can_read(), false};
    wait.until = std::min({core_.next_timeout(), network_.due(), clock_.next(), result_.due()});
    return wait;
}

}  // namespace mcast::session
