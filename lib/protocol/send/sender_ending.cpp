// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "protocol/send/group_words.hpp"
#include "protocol/send/sender_impl.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

}  // namespace

void Sender::Impl::end_peer(Time now, Peer& peer, State state, std::optional<Error> error) {
    if (!peer.in_progress()) return;
    peer.state = state;
    peer.error = std::move(error);
    rate.control().leave(peer.node);
    watch_.forget(peer.node);
    group.recount_soon();
    notices.confirm(peer);
    notices.tell(SenderEvent::Kind::receiver_final, peer.node);
    if (!group.many()) check_result(now);
}

void Sender::Impl::check_result(Time now) {
    if (!stage.sending() || group.count(State::in_progress) > 0) return;
    const auto good = group.count(State::success);
    const auto bad = group.count(State::failure);
    if (const auto names = missing(); good > 0 && !names.empty())
        return finish(now, missing_error(group, names));
    if (bad == 0 && good > 0) return finish(now, std::nullopt);
    finish(now, Error{good > 0 ? ErrorCode::receivers_failed : ErrorCode::all_receivers_failed, 0,
                      bad == 0 ? "no receiver is left" : failures()});
}

std::string Sender::Impl::failures() const {
    const auto first = std::ranges::find(group.all(), true, &Peer::counted);
    return failures_text(group, first == group.all().end() ? Duration{} : timing.patience(*first));
}

bool Sender::Impl::detach(Time now, NodeId node) {
    Peer* peer = group.find(node);
    if (stage.ended() || peer == nullptr || !peer->in_progress()) return false;
    peer->attached = peer->counted = false;
    end_peer(now, *peer, State::failure,
             Error{ErrorCode::detached, 0, "detached by the sender's operator"});
    return true;
}

// The end is told several times, for no receiver confirms that it heard it.
void Sender::Impl::finish(Time now, std::optional<Error> error) {
    if (stage.ending() || stage.ended()) return;
    double loss = 0;
    for (const Peer& p : group.all()) loss = std::max(loss, p.loss);
    const int tellings = loss > 0.001 || error ? 10 : 3;
    stage.end(std::move(error), tellings);
    timers_.stop_all();
    for (const Peer& p : group.all()) notices.confirm(p);
    on_ending(now);
}

void Sender::Impl::on_ending(Time now) {
    const Stage::Telling telling = stage.tell_end();
    if (telling != Stage::Telling::over) {
        due_.set(Due::end);
        due_.set(Due::eot, telling == Stage::Telling::last);
        timers_.set(Timer::ending,
                    now + std::clamp<Duration>(grtt.value(), milliseconds(1), milliseconds(50)));
        return;
    }
    timers_.stop_all();
    notices.tell_end(stage.error());
}

}  // namespace mcast::protocol
