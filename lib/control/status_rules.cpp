// SPDX-License-Identifier: MIT
#include "control/status_rules.hpp"

#include <algorithm>

namespace mcast::control {
namespace {

template <typename T>
std::string broken_progress(const T& s, bool whole) {
    if (s.percent < 0 || s.percent > 100) return "percent is outside 0 to 100";
    if (whole != (s.percent == 100)) return "percent and state contradict each other";
    if ((s.state == State::failure) != s.error.has_value()) {
        return "error is set exactly on failure";
    }
    return {};
}

}  // namespace

int percent_of(std::uint64_t done, std::optional<std::uint64_t> total) {
    if (!total || *total == 0) return 0;
    if (done >= *total) return 99;
    // 100 * done overflows for the largest sizes; there the rounding of total / 100 is too small to
    // show.
    const bool fits = *total <= UINT64_MAX / 100;
    const std::uint64_t percent = fits ? 100 * done / *total : done / (*total / 100);
    return static_cast<int>(std::min<std::uint64_t>(percent, 99));
}

std::optional<double> eta_of(const Status& s) {
    const auto size = progress_size(s);
    if (is_final(s.state) || !size || s.rate_bps == 0) return std::nullopt;
    if (!s.bytes_total && s.bytes_done >= *size) return std::nullopt;
    const std::uint64_t left = *size - std::min(s.bytes_done, *size);
    return 8.0 * static_cast<double>(left) / static_cast<double>(s.rate_bps);
}

std::string broken_rule(const Status& s) {
    if (auto broken = broken_progress(s, is_final(s.state)); !broken.empty()) return broken;
    const bool final = is_final(s.state);
    if (final != (s.phase == Phase::ended)) return "phase is ended exactly when final";
    if (s.ended && !final) return "ended is set only when final";
    if ((s.path || s.digest) && s.state != State::success) return "results only with success";
    if (!final && !progress_size(s) && s.percent != 0)
        return "percent is 0 while the size is unknown";
    if (final && s.eta_s) return "no eta after the end";
    if (final && !s.waiting_for.empty()) return "waits for something after the end";
    for (const auto& receiver : s.receivers) {
        const bool success = receiver.state == State::success;
        if (auto broken = broken_progress(receiver, success); !broken.empty()) {
            return "receiver " + receiver.id + ": " + broken;
        }
        if (receiver.verified && !success) return "receiver " + receiver.id + " is not verified";
    }
    return {};
}

std::string broken_rule(const Status& before, const Status& after) {
    if (before.session != after.session) return "the session changed";
    if (after.percent < before.percent) return "percent fell";
    if (is_final(before.state) && !(before == after)) return "changed after the end";
    return {};
}

}  // namespace mcast::control
