// SPDX-License-Identifier: MIT
#include "protocol/receive/sender_view.hpp"

#include <algorithm>

#include "protocol/grtt.hpp"
#include "protocol/timestamp.hpp"
#include "wire/norm/quantize.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kLeastGrtt = std::chrono::microseconds(1);
// Reports come neither all the time nor never.
constexpr Duration kLeastInterval = std::chrono::milliseconds(5);
constexpr Duration kMostInterval = std::chrono::seconds(60);
constexpr double kLeastRate = 1e7;  // bytes a second: any sender bears a tenth of it as feedback

constexpr double kFeedbackBytes = 65;  // a join, or a final report, with its IP and UDP headers
constexpr double kSpreadShare = 0.1;
constexpr double kMostSpread = 5;  // seconds

}  // namespace

void SenderView::on_fields(const wire::SenderFields& fields) {
    grtt_ = std::clamp(from_seconds(wire::rtt_from(fields.grtt)), kLeastGrtt, GrttEstimator::kMax);
    backoff_factor_ = fields.backoff;
    group_size_ = wire::gsize_from(fields.gsize);
}

void SenderView::set_report_interval(std::uint32_t microseconds) {
    report_interval_ = std::clamp<Duration>(std::chrono::microseconds(microseconds), kLeastInterval,
                                            kMostInterval);
}

void SenderView::on_probe(const wire::CmdCc& probe, Time due) {
    probe_ = probe;
    probe_->nodes = {};  // a view into the datagram
    probe_due_ = due;
    if (const auto rate = send_rate()) bytes_in_flight_ = *rate * to_seconds(grtt_);
}

std::optional<double> SenderView::send_rate() const {
    if (!probe_ || !probe_->send_rate) return std::nullopt;
    return wire::rate_from(*probe_->send_rate);
}

Duration SenderView::time_to_send(double bytes) const {
    const auto rate = send_rate();
    return rate ? from_seconds(std::min(bytes / std::max(*rate, 1.0), 1.0)) : Duration::zero();
}

Duration SenderView::for_all(double bytes, double share) const {
    const double rate = std::max(send_rate().value_or(0), kLeastRate);
    return from_seconds(group_size_ * bytes / (rate * share));
}

Duration SenderView::random_spread(Rng& rng) const {
    if (!large_group()) return Duration::zero();
    const double most = to_seconds(for_all(kFeedbackBytes, kSpreadShare));
    return from_seconds(std::min(most, kMostSpread) * rng.uniform());
}

std::optional<Time> SenderView::response(Time now) const {
    if (!probe_ || probe_->sent.none()) return std::nullopt;
    return from_timestamp(probe_->sent) + (now - probe_due_);
}

wire::Timestamp SenderView::grtt_response(Time now) const {
    const auto answer = response(now);
    return answer ? to_timestamp(*answer) : wire::Timestamp{};
}

}  // namespace mcast::protocol
