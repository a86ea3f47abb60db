// SPDX-License-Identifier: MIT
#include "protocol/rate/mode.hpp"

#include "protocol/rate/adaptation.hpp"

namespace mcast::rate {
namespace {

RateMode mode_now(const Adaptation& adaptation, bool probing) {
    if (adaptation.fixed()) return RateMode::fixed;
    if (probing) return RateMode::probe;
    if (adaptation.competing()) return RateMode::compete;
    if (adaptation.draining()) return RateMode::drain;
    return adaptation.congested().known() ? RateMode::steady : RateMode::startup;
}

RateReason reason_now(const Adaptation& adaptation, const EpochReport& report,
                      const Verdict& verdict) {
    if (adaptation.fixed()) return RateReason::asked;
    if (adaptation.competing()) return RateReason::flow;
    if (verdict.congested) return verdict.queued ? RateReason::queue : RateReason::loss;
    if (adaptation.draining()) return RateReason::queue;
    if (verdict.hold) return RateReason::receiver;
    if (report.link_busy) return RateReason::link;
    if (report.app_limited) return RateReason::idle;
    const CongestedRate& congested = adaptation.congested();
    if (!congested.known()) return RateReason::start;
    if (adaptation.rate().bps() >= congested.bps) return RateReason::growth;
    return congested.queued ? RateReason::queue : RateReason::loss;
}

}  // namespace

ModeState mode_of(const Adaptation& adaptation, bool probing, const EpochReport& report,
                  const Verdict& verdict) {
    return {mode_now(adaptation, probing), reason_now(adaptation, report, verdict)};
}

}  // namespace mcast::rate
