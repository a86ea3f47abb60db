// SPDX-License-Identifier: MIT
#include "protocol/receive/offer_intake.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {

using Stage = ReceiverStage;

bool OfferIntake::hear(Time now, const wire::Message& message, const Origin& from) {
    auto heard = parts_.discovery.hear(now, message, from);
    const bool from_candidate = heard.from_candidate;
    take(now, std::move(heard));
    return from_candidate;
}

void OfferIntake::take(Time now, Discovery::Heard heard) {
    if (heard.foreign) ++parts_.stats.foreign;
    if (heard.taken) {
        const auto& [instance, fields, interval] = *heard.taken;
        parts_.chosen.set_instance(instance);
        (void)parts_.liveness.on_heard(now);
        parts_.loss = {};
        if (interval) parts_.sender.set_report_interval(*interval);
        parts_.sender.on_fields(fields);
    }
    if (heard.proposed) {
        parts_.offer = *std::move(heard.proposed);
        parts_.chosen.choose(parts_.offer.sender, parts_.discovery.origin());
        parts_.stage = Stage::offered;
        parts_.tell({ReceiverEvent::Kind::offered});
    }
    tell_notices();
    parts_.timers.set(ReceiverTimer::plain, parts_.discovery.next_timeout());
}

void OfferIntake::tell_notices() {
    while (auto notice = parts_.discovery.poll_notice())
        parts_.tell({.kind = ReceiverEvent::Kind::warning, .notice = *std::move(notice)});
}

void OfferIntake::accept(Time now, std::optional<ByteCount> window) {
    if (parts_.stage != Stage::offered) return;
    parts_.stage = Stage::receiving;
    parts_.accepted = now;
    const OfferInfo& offer = parts_.offer;
    const auto most =
        std::max<ByteCount>(parts_.config.parity_memory / offer.object.segment_size, 1);
    parts_.object = ObjectReceiver(offer.object, offer.digest, static_cast<std::size_t>(most));
    parts_.window = ReceiveWindow(parts_.object.partition(), window, offer.digest.chunk_size);
    parts_.nacks.begin(offer.object, parts_.object.partition(), offer.started && !offer.plain);
    parts_.liveness.on_progress(now);
    (void)parts_.liveness.on_heard(now);
    parts_.delivery.begin(now);
    parts_.timers.set(ReceiverTimer::check, now + kReceiverCheck);
    if (offer.plain) {
        parts_.tell({.kind = ReceiverEvent::Kind::warning,
                     .notice = {.kind = ReceiverNotice::Kind::unverified}});
    } else {
        const Duration delay = parts_.joining.first_delay(offer.started, parts_.sender, parts_.rng);
        parts_.timers.set(ReceiverTimer::join, now + delay);
    }
    if (offer.started) content_.start(now);
}

void OfferIntake::skip(const std::string& why) {
    if (parts_.stage != Stage::offered) return;
    parts_.stage = Stage::listening;
    parts_.discovery.skip(parts_.liveness.now(), std::exchange(parts_.offer, {}), why);
    parts_.chosen.forget();
    tell_notices();
}

void OfferIntake::listen(Time now) {
    if (parts_.stage == Stage::unanswered) parts_.forget_offer(now);
}

}  // namespace mcast::protocol
