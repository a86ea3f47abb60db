// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/backoff.hpp"
#include "protocol/receive/receiver_impl.hpp"
#include "protocol/receive/valid_offer.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kJoinSpread = std::chrono::milliseconds(5);
constexpr Duration kLateJoinSpread = std::chrono::milliseconds(25);
constexpr double kUnseenLargeGroup = 1000;  // that may have heard the same offer

}  // namespace

void Receiver::Impl::on_discovery(Time now, Discovery::Heard heard) {
    if (heard.foreign) ++stats.foreign;
    if (heard.taken) {
        const auto& [instance, fields, interval] = *heard.taken;
        instance_ = instance;
        heard_ = now;
        loss_ = {};
        if (interval) sender_.set_report_interval(*interval);
        on_sender_fields(now, fields);
    }
    if (heard.proposed) {
        offer = *std::move(heard.proposed);
        origin_ = discovery_.origin();
        stage = Stage::offered;
        events.push_back({ReceiverEvent::Kind::offered, {}, {}});
    }
    tell_warnings();
    timers_.set(Timer::plain, discovery_.next_timeout());
}

void Receiver::Impl::tell_warnings() {
    while (auto text = discovery_.poll_warning())
        events.push_back({ReceiverEvent::Kind::warning, {}, *std::move(text)});
}

void Receiver::Impl::skip(const std::string& why) {
    if (stage != Stage::offered) return;
    stage = Stage::listening;
    discovery_.skip(now_, std::exchange(offer, {}), why);
    tell_warnings();
}

// Nothing is left of what was offered. Whoever made that offer knows our challenge.
void Receiver::Impl::listen(Time now) {
    if (stage != Stage::unanswered) return;
    Impl fresh(std::move(config), now, rng_);
    fresh.config.challenge = fresh.rng_.next();
    fresh.created_ = created_;
    fresh.now_ = now;
    fresh.stats = stats;
    fresh.events = std::move(events);
    fresh.discovery_ = std::move(discovery_);
    *this = std::move(fresh);
}

// How many others have just heard the same offer nobody may know yet: of many few answer early, and
// the sender advertises a larger group for the others to hear.
Duration Receiver::Impl::join_delay() {
    if (sender_.large_group()) return spread();
    return random_backoff(rng_, offer.started ? kLateJoinSpread : kJoinSpread, kUnseenLargeGroup);
}

// Another one has the id that was drawn.
void Receiver::Impl::draw_node(Time now) {
    do config.node = NodeId{static_cast<std::uint32_t>(rng_.next())};
    while (config.node == NodeId::none || config.node == NodeId::any);
    tries_ = 0;
    timers_.set(Timer::join, now + join_delay());
}

void Receiver::Impl::accept(Time now, std::optional<ByteCount> window) {
    if (stage != Stage::offered) return;
    stage = Stage::receiving;
    const auto most = std::max<ByteCount>(config.parity_memory / offer.object.segment_size, 1);
    object_ = ObjectReceiver(offer.object, offer.digest, static_cast<std::size_t>(most));
    window_ = ReceiveWindow(object_.partition(), window, offer.digest.chunk_size);
    nacks_.begin(offer.object, object_.partition(), offer.started && !offer.plain);
    progressed_ = measured_ = heard_ = now;
    timers_.set(Timer::check, now + std::chrono::milliseconds(50));
    if (offer.plain) {
        events.push_back({ReceiverEvent::Kind::warning,
                          {},
                          "the sender is a plain NORM one: it offers no digest, so what is "
                          "received cannot be verified"});
    } else {
        timers_.set(Timer::join, now + join_delay());
    }
    if (offer.started) start(now);
}

}  // namespace mcast::protocol
