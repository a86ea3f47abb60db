// SPDX-License-Identifier: MIT
#include "protocol/receive/report_schedule.hpp"

#include <algorithm>

#include "protocol/reporting.hpp"

namespace mcast::protocol {

void ReportSchedule::on_state(Time now, bool reporter) {
    reporter_until_ = reporter ? now + kReporterFor : Time{};
}

// Receivers that hear the same offer must not report all at once. Each begins anywhere within the
// interval, and keeps its place there when the interval changes.
std::optional<Time> ReportSchedule::plan(Time now, std::optional<Time> planned,
                                         const SenderView& sender, Rng& rng) {
    const Duration fresh = interval(now, sender);
    double wait = to_seconds(fresh) * rng.uniform();
    if (planned) {
        if (fresh == interval_) return std::nullopt;
        const Duration left = std::max(*planned - now, Duration::zero());
        wait = to_seconds(left) * to_seconds(fresh) / to_seconds(interval_);
    }
    interval_ = fresh;
    return now + from_seconds(wait);
}

Time ReportSchedule::next(Time now, const SenderView& sender, Rng& rng) {
    interval_ = interval(now, sender);
    return now + from_seconds(to_seconds(interval_) * (0.9 + 0.2 * rng.uniform()));
}

Duration ReportSchedule::interval(Time now, const SenderView& sender) const {
    const auto sent = sender.send_rate();
    if (now >= reporter_until_ || !sent) return sender.report_interval();
    return std::min(sender.report_interval(), reporter_interval(DataRate::bytes_per_second(*sent)));
}

}  // namespace mcast::protocol
