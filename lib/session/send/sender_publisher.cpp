// SPDX-License-Identifier: MIT
#include "session/send/sender_publisher.hpp"

#include <memory>
#include <utility>

#include "session/loop/session_key.hpp"
#include "session/notices.hpp"
#include "session/send/failure_text.hpp"
#include "session/send/sender_wait_text.hpp"

namespace mcast::session {

void SenderPublisher::refresh(Time now) {
    show(now);
    tell_large_packets(now);
}

void SenderPublisher::show(Time now) {
    front_.update([&](Status& status) { write_status(now, status); });
    clock_.refreshed(now, core_.receivers().size());
    tell_pace(now);
    if (!clock_.interval_passed(now)) return;
    const auto pacer = told_pace_ ? row(now, told_pace_->node) : std::nullopt;
    front_.emit(Event::Kind::interval, {},
                pacer ? std::make_shared<const ReceiverStatus>(*pacer) : nullptr);
}

void SenderPublisher::tell(Time now, const protocol::SenderEvent& event,
                           const net::Endpoint& from) {
    using Kind = protocol::SenderEvent::Kind;
    switch (event.kind) {
        case Kind::joined:
            paths_.set_address(event.node, from.address_string());
            return tell_row(now, Event::Kind::join, event.node);
        case Kind::rejoined:
            return paths_.set_address(event.node, from.address_string());
        case Kind::displaced:
            return paths_.forget(event.node);
        case Kind::started:
            return tell_start(now);
        case Kind::returned:
            return tell_row(now, Event::Kind::back, event.node);
        case Kind::left_behind:
            return tell_left_behind(now, event.node);
        case Kind::receiver_final:
            return tell_row(now, Event::Kind::receiver, event.node);
        case Kind::foreign_sender:
        case Kind::same_node:
        case Kind::same_name:
        case Kind::plain_receiver:
            return front_.warn(stranger_text(event, from.address_string(), core_.config().name,
                                             channel_.address.to_string()));
        case Kind::ended:
            return;
    }
}

void SenderPublisher::tell_row(Time now, Event::Kind kind, NodeId node, std::string text) {
    auto shown = row(now, node);
    if (text.empty() && shown) text = receiver_text(kind, *shown);
    front_.emit_row(kind, std::move(shown), std::move(text));
    clock_.hurry(now, core_.receivers().size());
}

void SenderPublisher::tell_left_behind(Time now, NodeId node) {
    const auto* peer = core_.receiver(node);
    if (peer == nullptr) return;
    tell_row(now, Event::Kind::behind, node,
             left_behind_text(peer->name(), paths_.address(node),
                              peer->attached ? peer->limited_by : peer->left_for,
                              core_.config().on_slow.drop));
}

// When the time to wait is over, or an operator says so, a session begins with fewer receivers than
// were asked for.
void SenderPublisher::tell_start(Time now) {
    at_start_ = static_cast<std::uint32_t>(core_.receivers().size());
    show(now);
    front_.emit(Event::Kind::start, start_text(*at_start_));
    const auto wanted = core_.config().begin_with;
    if (*at_start_ < wanted)
        front_.warn(few_receivers_text(*at_start_, wanted, some_of(core_.absent())));
}

void SenderPublisher::tell_pace(Time now) {
    const auto pace = core_.started() ? core_.pace() : std::nullopt;
    if (pace == told_pace_) return;
    told_pace_ = pace;
    if (pace) return tell_row(now, Event::Kind::pace, pace->node);
    front_.emit_row(Event::Kind::pace, {}, no_pace_text());
}

void SenderPublisher::tell_large_packets(Time now) {
    const auto& object = core_.config().object;
    paths_.look(now, object, core_.receivers(), [&](const auto& peer) {
        front_.warn(large_packets_text(channel_, object,
                                       peer.host.empty() ? to_hex(peer.node) : peer.host,
                                       paths_.address(peer.node)));
    });
}

std::optional<ReceiverStatus> SenderPublisher::row(Time now, NodeId node) const {
    const auto* peer = core_.receiver(node);
    if (peer == nullptr) return std::nullopt;
    return row_of(*peer, snapshot(), now, paths_.address(node));
}

SenderSnapshot SenderPublisher::snapshot() const {
    const auto& config = core_.config();
    return {.receivers = core_.receivers(),
            .size = config.object.size,
            .progress_size = config.object.stream ? config.size_hint : config.object.size,
            .position = core_.position(),
            .rate = core_.rate(),
            .started = core_.started(),
            .first_pass_done = core_.first_pass_done(),
            .failed = result_.failed(),
            .pace = core_.pace()};
}

void SenderPublisher::write_status(Time now, Status& status) {
    const SenderSnapshot seen = snapshot();
    const ByteCount slowest = slowest_done(seen);
    sent_.add(now, seen.position);
    done_.add(now, slowest);
    const auto& meter = seen.first_pass_done ? done_ : sent_;
    // The size of a stream exists only with success.
    if (const auto& object = core_.config().object; !object.stream || result_.good())
        status.bytes_total = object.size;
    status.phase = sender_phase(seen);
    status.bytes_done = slowest;
    status.best_bytes_done = best_done(seen);
    status.rate_bps = static_cast<std::uint64_t>(meter.rate().bps());
    status.stats = core_.stats();
    if (unopened_ != nullptr) write_unopened(*unopened_, status.stats);
    if (seen.started) {
        status.rate_mode = core_.rate_mode().mode;
        status.rate_reason = core_.rate_mode().reason;
    }
    status.feedback_port = channel_.own.local().port();
    const auto awaited = wait_text(core_.waiting_for(), core_.config().progress_limit);
    status.waiting_for = seen.started ? awaited : waiting_text(awaited, channel_);
    status.paced_by =
        seen.pace && !result_.closed() ? std::optional(to_hex(seen.pace->node)) : std::nullopt;
    status.receivers_wanted = core_.config().begin_with;
    status.receivers_at_start = at_start_;
    status.missing = core_.missing();
    const auto address = [this](NodeId node) { return paths_.address(node); };
    update_receivers(seen, now, address, status.receivers);
}

}  // namespace mcast::session
