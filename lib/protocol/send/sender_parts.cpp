// SPDX-License-Identifier: MIT
#include "protocol/send/sender_parts.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {
namespace {

// Cuts texts to the sizes that the wire has room for.
SenderConfig fitting(SenderConfig config) {
    config.name = wire::wire_text(config.name, 255);
    config.host = wire::wire_text(config.host, 64);
    config.meta = wire::wire_text(config.meta, 512);
    return config;
}

}  // namespace

SenderParts::SenderParts(SenderConfig given, Time now, Rng rng)
    : config(fitting(std::move(given))),
      stage(now),
      object(config.object, config.proactive_parity),
      grtt(config.initial_grtt),
      rate(config.rate, config.trace),
      group(config.begin_with, config.expect),
      messages(config),
      reporters(stage, group, rate, notices, timing, rng),
      stragglers({.config = config,
                  .stage = stage,
                  .object = object,
                  .hold = hold,
                  .timing = timing,
                  .group = group,
                  .rate = rate,
                  .watch = watch,
                  .notices = notices,
                  .outcomes = outcomes}),
      presence({.config = config,
                .history = history,
                .grtt = grtt,
                .stage = stage,
                .object = object,
                .timing = timing,
                .group = group,
                .rate = rate,
                .watch = watch,
                .notices = notices,
                .reporters = reporters,
                .stragglers = stragglers}),
      limits({.config = config,
              .stage = stage,
              .group = group,
              .object = object,
              .messages = messages,
              .hold = hold,
              .timing = timing,
              .presence = presence,
              .outcomes = outcomes}) {}

rate::RateController::Audience SenderParts::audience() const {
    const Duration interval = reporters.interval();
    return {.round = std::max(2 * grtt.value(), interval * 5 / 4),
            .interval = interval,
            .attached = reporters.count()};
}

void SenderParts::decide_rate(Time now) {
    rate.control().decide(now, audience());
    take_rate();
}

void SenderParts::take_rate() {
    rate.follow();
    if (rate.control().take_probe()) due.set(Due::probe);
}

std::optional<Duration> take_rtt(SenderParts& parts, Time now, Member* member,
                                 std::optional<Time> probed) {
    if (!probed) return std::nullopt;
    const Duration rtt = now - *probed;
    if (rtt <= Duration::zero() || rtt > GrttEstimator::kMax) return std::nullopt;
    if (parts.presence.stale(member, *probed)) return std::nullopt;
    if (member != nullptr) {
        member->rtt = rtt;
        if (member->rtt_min == Duration::zero() || rtt < member->rtt_min) member->rtt_min = rtt;
    }
    parts.grtt.on_sample(rtt);
    return rtt;
}

void forget(SenderParts& parts, const Member& member) {
    parts.rate.control().leave(member.id());
    parts.watch.forget(member.index);
    parts.notices.forget(member.index);
    parts.reporters.forget(member.index);
    parts.stragglers.forget(member.index);
    parts.presence.forget(member.index);
}

}  // namespace mcast::protocol
