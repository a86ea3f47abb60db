// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_parts.hpp"

#include <utility>

namespace mcast::protocol {

ReceiverParts::ReceiverParts(ReceiverConfig given, Time now, Rng seed)
    : config(std::move(given)),
      discovery({config.wanted_name, config.plain, config.before}, config.trace),
      rng(seed),
      liveness(now) {
    timers.set(ReceiverTimer::check, now + kReceiverCheck);
}

void ReceiverParts::forget_offer(Time now) {
    ReceiverParts fresh(std::move(config), now, rng);
    fresh.config.challenge = fresh.rng.next();
    fresh.discovery = std::move(discovery);
    fresh.stats = std::move(stats);
    fresh.events = std::move(events);
    fresh.liveness = liveness;
    (void)fresh.liveness.on_call(now);
    *this = std::move(fresh);
}

}  // namespace mcast::protocol
