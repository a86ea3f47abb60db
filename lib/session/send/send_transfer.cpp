// SPDX-License-Identifier: MIT
#include "session/send/send_transfer.hpp"

#include <algorithm>
#include <utility>

#include "net/packet_io.hpp"
#include "session/loop/origin.hpp"
#include "session/loop/real_clock.hpp"
#include "session/notices.hpp"
#include "session/send/failure_text.hpp"

namespace mcast::session {
namespace {

constexpr std::size_t kOwn = 0;
constexpr std::size_t kGroup = 1;
// The time between two turns of the timers while the socket is full.
constexpr Duration kStuckTurn = std::chrono::milliseconds(1);
constexpr ByteCount kParityCache = 4U << 20;

}  // namespace

SendTransfer::SendTransfer(Parts parts, SessionFront& base, Mailbox& mailbox)
    : base_(base),
      source_(std::move(parts.source)),
      network_(std::move(parts.channel), Role::sender, real_now(), base),
      seal_(std::move(parts.seal)),
      core_(parts.config, real_now(), Rng(parts.seed)),
      ahead_(parts.config.object, *source_),
      parity_(parts.config.object, *source_, kParityCache, &ahead_),
      path_(core_, network_.channel().own, network_.channel().address,
            SymbolRun(parts.config.object, *source_, parity_),
            {seal(), [this] { return source_->faulted(); }}),
      publisher_(core_, network_.channel(), result_, base, real_now(),
                 seal_ ? &seal_->unopened() : nullptr),
      digests_(*source_, static_cast<DigestAlgorithm>(parts.config.digest.algorithm),
               parts.config.digest.chunk_size, digest_listener(mailbox),
               parts.stream ? 0 : DigestWorker::kAhead) {
    if (!parts.stream) {
        if (!parts.config.plain) core_.extend(0);
        return;
    }
    feed_.emplace(*parts.stream->ring, core_, digests_);
    auto started = feed_->start(std::move(parts.stream->input), mailbox,
                                [this](Error error) { source_failed(std::move(error)); });
    if (!started) mailbox.post([this, error = started.error()] { source_failed(error); });
}

DigestListener SendTransfer::digest_listener(Mailbox& mailbox) {
    DigestListener listener;
    listener.digest = [this, &mailbox](std::uint32_t chunk, const storage::Digest& digest) {
        mailbox.post([this, chunk, digest] { core_.add_digest(chunk, digest.span()); });
    };
    const auto algorithm = static_cast<DigestAlgorithm>(core_.config().digest.algorithm);
    listener.all_done = [this, &mailbox, algorithm](const storage::Digest& root) {
        mailbox.post([this, root, text = storage::to_text(algorithm, root)] {
            core_.set_root(root.span());
            result_.set_digest(text);
        });
    };
    listener.changed = [this, &mailbox](Error error) {
        mailbox.post([this, error = std::move(error)] { source_failed(error); });
    };
    const auto& config = core_.config();
    if (!config.plain && !config.object.stream)
        listener.scanned = [this, &mailbox](const Scanned& scanned) {
            mailbox.post([this, scanned] { source_scanned(scanned); });
        };
    listener.checked = [this, &mailbox] { mailbox.post([this] { source_checked(); }); };
    return listener;
}

Wait SendTransfer::turn(Time now, const Ready& ready) {
    if (result_.closed()) return wait(now);
    if (ready[kOwn]) receive(network_.channel().own);
    if (ready[kGroup]) receive(network_.channel().group);
    now = real_now();  // nothing that follows is earlier than what was heard
    if (feed_) feed_->turn(now);
    if (core_.next_timeout() <= now) core_.handle_timeout(now);
    drain_events({});
    send(now);
    drain_events({});
    if (!feed_) digests_.set_position(core_.position());
    if (network_.upkeep(now)) moved();
    if (publisher_.due() <= now) {
        publisher_.refresh(now);
        look_at_seals(now);
    }
    if (result_.due() <= now) source_checked();
    return wait(real_now());
}

void SendTransfer::receive(net::UdpSocket& socket) {
    const auto received = slots_.receive(
        socket,
        [&](MutableBytes packet, const net::Endpoint& from) { take(socket, packet, from); });
    if (received)
        network_.received();
    else if (const Time now = real_now();
             network_.receive_failed(now, received.error(), silence_limit()))
        core_.fail(now, received.error());
}

void SendTransfer::take(const net::UdpSocket& socket, MutableBytes packet,
                        const net::Endpoint& from) {
    const auto& own = network_.channel().own;
    const bool self = from == own.local();
    if (self)
        network_.heard_self();
    else if (&socket != &own)
        network_.heard_others();
    const Time now = real_now();
    const auto message = net::open_packet(seal(), now, packet);
    if (!message) return;
    if (!self && &socket == &own) network_.answered(now);
    core_.handle(now, *message, origin_of(from));
    drain_events(from);
}

void SendTransfer::look_at_seals(Time now) {
    if (!seal_) return;
    const bool joined = !core_.receivers().empty();
    if (seal_watch_.look(now, seal_->unopened().other_receivers, joined))
        base_.warn(sealed_otherwise_text(Role::sender, network_.channel(), seal_->other_key()));
}

Error SendTransfer::true_cause(const Error& error) const {
    if (error.code == ErrorCode::no_receivers && seal_watch_.heard())
        return {ErrorCode::auth, 0,
                "no receiver joined in time: " +
                    sealed_otherwise_text(Role::sender, network_.channel(), seal_->other_key())};
    return network_.true_cause(error);
}

void SendTransfer::drain_events(const net::Endpoint& from) {
    while (auto event = core_.poll_event()) take_event(std::move(*event), from);
}

void SendTransfer::take_event(protocol::SenderEvent event, const net::Endpoint& from) {
    using Kind = protocol::SenderEvent::Kind;
    const Time now = real_now();
    if (event.kind == Kind::joined) network_.answered(now);
    publisher_.tell(now, event, from);
    if (event.kind != Kind::ended) return;
    if (event.error) return finish(true_cause(to_error(*event.error)));
    result_.wait_for_disk(now);
    digests_.check_now();
}

// The time for which errors of the sockets are borne. While the session waits to begin that is for
// ever, unless the waiting has a limit.
std::optional<Duration> SendTransfer::silence_limit() const {
    if (!core_.started()) return core_.config().waiting_limit;
    return core_.config().progress_limit;
}

void SendTransfer::send(Time now) {
    using State = SendPath::State;
    if (path_state_ == State::resting && now < path_.resume_at()) return;
    const auto before = path_.sent();
    const auto state = path_.pump();
    if (path_.sent() != before) network_.sent();
    path_state_ = state.value_or(State::idle);
    if (state) return;
    if (state.error().code == ErrorCode::source_changed) {
        const auto reason = source_->check();
        source_failed(reason ? state.error() : reason.error());
    } else if (network_.send_failed(now, state.error(), silence_limit())) {
        core_.fail(now, state.error());
    }
}

/// The own socket is another one now.
void SendTransfer::moved() {
    path_.reopened();
    path_state_ = SendPath::State::idle;
}

void SendTransfer::source_scanned(const Scanned& scanned) {
    core_.extend(std::max(core_.available(), scanned.up_to), scanned.zeros);
}

void SendTransfer::source_checked() {
    if (result_.waits_for_disk()) finish(std::nullopt);
}

void SendTransfer::source_failed(Error error) {
    // Once the core has ended it is too late to tell the receivers, but the result still says it.
    result_.waits_for_disk() ? finish(std::move(error)) : core_.fail(real_now(), std::move(error));
}

void SendTransfer::finish(std::optional<Error> error) {
    if (error) result_.fail(std::move(*error));
    if (!result_.close()) return;
    publisher_.show(real_now());
    result_.tell(base_);
}

void SendTransfer::broken(Error error) {
    finish(std::move(error));
}

Wait SendTransfer::wait(Time now) const {
    using State = SendPath::State;
    Wait wait;
    wait.done = result_.closed();
    wait.sockets[kOwn] = {network_.channel().own.fd(), true, path_state_ == State::blocked};
    wait.sockets[kGroup] = {network_.channel().group.fd(), true, false};
    // While the socket is full the core stays due: its timers get a turn now and then.
    const bool stuck = path_state_ == State::blocked || path_state_ == State::resting;
    const Time core_due =
        stuck ? std::max(core_.next_timeout(), now + kStuckTurn) : core_.next_timeout();
    wait.until = std::min({core_due, network_.due(), publisher_.due(), result_.due()});
    if (path_state_ == State::more) wait.until = now;
    if (path_.aside()) wait.until = std::min(wait.until, now + kStuckTurn);
    if (path_state_ == State::resting) wait.until = std::min(wait.until, path_.resume_at());
    return wait;
}

Result<void> SendTransfer::begin() {
    const auto refused = core_.begin(real_now());
    if (!refused) return {};
    return fail(*refused, std::string(error_info(*refused).meaning));
}

void SendTransfer::set_rate(std::optional<std::uint64_t> bps) {
    std::optional<DataRate> rate;
    if (bps) rate = DataRate::bits_per_second(static_cast<double>(*bps));
    core_.set_rate(real_now(), rate);
}

Result<void> SendTransfer::detach(const std::string& receiver) {
    std::optional<NodeId> found;
    bool ended = false;
    for (const auto& peer : core_.receivers()) {
        const bool is_id = to_hex(peer.node) == receiver;
        if (!is_id && (peer.host != receiver || peer.host.empty())) continue;
        if (!peer.in_progress()) {
            ended = true;
            continue;
        }
        if (found && !is_id) {
            return fail(ErrorCode::usage,
                        "several receivers are called " + receiver + ": give the id of one");
        }
        found = peer.node;
        if (is_id) break;
    }
    if (found && core_.detach(real_now(), *found)) return {};
    if (found || ended) return fail(ErrorCode::too_late, "receiver " + receiver + " has ended");
    return fail(ErrorCode::usage,
                "no receiver " + receiver + " has joined: the status lists their ids and hosts");
}

void SendTransfer::cancel(const std::string& reason) {
    core_.fail(real_now(), cancelled_error(reason));
}

}  // namespace mcast::session
