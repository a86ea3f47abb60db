// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "protocol/send/sender_impl.hpp"
#include "protocol/silence_words.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

}  // namespace

void Sender::Impl::end_peer(Time now, Peer& peer, State state, std::optional<Error> error) {
    if (!peer.in_progress()) return;
    peer.state = state;
    peer.error = std::move(error);
    rate_control.leave(peer.node);
    watch_.forget(peer.node);
    recount_soon();
    confirm(peer);
    events_.push_back({SenderEvent::Kind::receiver_final, peer.node, {}});
    if (!many()) check_result(now);
}

// Nothing is known of any but that it fell silent: it may be our own network.
bool Sender::Impl::all_lost() const {
    return std::ranges::all_of(peers.all(), [](const Peer& p) {
        return !p.counted || (p.error && p.error->code == ErrorCode::receiver_lost);
    });
}

std::string Sender::Impl::lost_text(std::size_t count) const {
    const auto first = std::ranges::find(peers.all(), true, &Peer::counted);
    if (first == peers.all().end()) return "no receiver is left";
    const std::string whom =
        count == 1 ? first->name() : "any of the " + std::to_string(count) + " receivers";
    return "nothing was heard from " + whom + " for " + seconds_text(patience(*first));
}

void Sender::Impl::check_result(Time now) {
    if (phase != Phase::sending || peers.count(State::in_progress) > 0) return;
    const auto good = peers.count(State::success);
    const auto bad = peers.count(State::failure);
    if (const auto names = missing(); good > 0 && !names.empty())
        return finish(now, missing_error(names));
    if (bad == 0 && good > 0) return finish(now, std::nullopt);
    finish(now, Error{good > 0 ? ErrorCode::receivers_failed : ErrorCode::all_receivers_failed, 0,
                      bad == 0 ? "no receiver is left" : failures()});
}

// How many failed, and why the first of them did.
std::string Sender::Impl::failures() const {
    const auto good = peers.count(State::success);
    const auto bad = peers.count(State::failure);
    if (good == 0 && all_lost()) return lost_text(bad);
    std::string message =
        std::to_string(bad) + " of " + std::to_string(good + bad) + " receivers failed";
    for (const Peer& p : peers.all()) {
        if (!p.counted || p.state != State::failure || !p.error) continue;
        return message + ": " + (p.host.empty() ? to_hex(p.node) : p.host) + ": " +
               p.error->message;
    }
    return message;
}

bool Sender::Impl::detach(Time now, NodeId node) {
    Peer* peer = peers.find(node);
    if (phase == Phase::ended || peer == nullptr || !peer->in_progress()) return false;
    peer->attached = peer->counted = false;
    end_peer(now, *peer, State::failure,
             Error{ErrorCode::detached, 0, "detached by the sender's operator"});
    return true;
}

// The end is told several times, for no receiver confirms that it heard it.
void Sender::Impl::finish(Time now, std::optional<Error> error) {
    if (phase == Phase::ending || phase == Phase::ended) return;
    phase = Phase::ending;
    error_ = std::move(error);
    double loss = 0;
    for (const Peer& p : peers.all()) loss = std::max(loss, p.loss);
    endings_left_ = loss > 0.001 || error_ ? 10 : 3;
    timers_.stop_all();
    for (const Peer& p : peers.all()) confirm(p);
    on_ending(now);
}

void Sender::Impl::on_ending(Time now) {
    if (endings_left_-- > 0) {
        due_.set(Due::end);
        due_.set(Due::eot, endings_left_ == 0);
        timers_.set(Timer::ending,
                    now + std::clamp<Duration>(grtt.value(), milliseconds(1), milliseconds(50)));
        return;
    }
    phase = Phase::ended;
    timers_.stop_all();
    events_.push_back({SenderEvent::Kind::ended, NodeId::none, error_});
}

}  // namespace mcast::protocol
