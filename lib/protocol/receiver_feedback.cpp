// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "protocol/backoff.hpp"
#include "protocol/receiver_impl.hpp"
#include "protocol/timestamp.hpp"

namespace mcast::protocol {
namespace {

constexpr int kNackPages = 4;  // of one cycle, one datagram each
constexpr double kGreatLoss = 0.05;
constexpr std::size_t kMaxDigestRanges = 64;

}  // namespace

bool Receiver::Impl::poll_transmit(Time now, Transmit& out) {
    out.clear();
    const MutableBytes space = out.control_space();
    if (stage == Stage::ended) return false;
    if (ack_flush_due_) {
        std::array<std::uint8_t, 16> payload;
        const std::size_t size = ack_flush_due_->serialize(payload);
        ack_flush_due_.reset();
        out.set_control(put_ack(space, now, wire::kAckFlush, Bytes(payload).first(size)));
    } else if (ack_cc_due_) {
        ack_cc_due_ = false;
        measure(now);
        out.set_control(put_ack(space, now, wire::kAckCc, {}));
    } else if (join_due_) {
        join_due_ = false;
        std::array<std::uint8_t, 300> payload;
        wire::Join join;
        join.transfer = offer.transfer;
        const std::string host = wire::wire_text(config.host, 64);
        join.host = host;
        const std::size_t size = join.serialize(payload);
        out.set_control(put_ack(space, now, wire::kAckJoin, Bytes(payload).first(size)));
    } else if (poll_nack(now, out)) {
        return true;
    } else if (digests_due_) {
        digests_due_ = false;
        out.set_control(put_digest_request(space, now));
    } else if (report_due_) {
        report_due_ = false;
        out.set_control(put_report(space, now));
    } else {
        return false;
    }
    return true;
}

wire::Timestamp Receiver::Impl::grtt_response(Time now) const {
    if (!probe_ || probe_->sent.none()) return {};
    return to_timestamp(from_timestamp(probe_->sent) + (now - probe_heard_));
}

wire::ExtCc Receiver::Impl::cc() const {
    wire::ExtCc cc;
    if (probe_) cc.cc_sequence = probe_->cc_sequence;
    cc.flags = loss_.lost() == 0 ? wire::kCcStart : std::uint8_t{0};
    cc.rtt = wire::quantize_rtt(to_seconds(grtt_));
    cc.loss = wire::quantize_loss(loss_.smoothed());
    const double factor = loss_.lost() == 0 ? 2 : 1;  // slow start doubles (RFC 5740 5.5.2)
    cc.rate = wire::quantize_rate(std::max(factor * rate.bytes_per_second(), 1.0));
    return cc;
}

std::size_t Receiver::Impl::put_ack(MutableBytes out, Time now, std::uint8_t type, Bytes payload) {
    wire::Ack ack;
    ack.source = {.sequence = 0, .node = config.node};
    ack.sender = offer.sender;
    ack.instance = instance_;
    ack.type = type;
    ack.grtt_response = grtt_response(now);
    if (offer.plain) ack.cc = cc();  // ours learns more from reports
    ack.payload = payload;
    return ack.serialize(out);
}

// Rate and loss since they were last told.
void Receiver::Impl::measure(Time now) {
    loss_.update();
    stats.lost = loss_.lost();
    stats.dropped_by_host = host_drops;
    const Duration lasted = now - measured_;
    if (lasted < std::chrono::milliseconds(5)) return;
    const double bytes = static_cast<double>(content_received_ - measured_bytes_);
    rate = DataRate::bytes_per_second(bytes / to_seconds(lasted));
    measured_ = now;
    measured_bytes_ = content_received_;
}

std::size_t Receiver::Impl::put_report(MutableBytes out, Time now) {
    measure(now);
    wire::Report report;
    report.transfer = offer.transfer;
    report.phase = static_cast<std::uint8_t>(stage == Stage::telling     ? Phase::ended
                                             : stage == Stage::finishing ? Phase::finishing
                                             : started_at_               ? Phase::transferring
                                                                         : Phase::waiting);
    std::string message;
    if (stage == Stage::telling) {
        report.state = error_ ? wire::ReportState::failed : wire::ReportState::verified;
        if (error_) {
            report.error = static_cast<std::uint16_t>(error_->code);
            message = wire::wire_text(error_->message, 400);
            report.message = message;
        } else {
            report.digest = digest_;
        }
    }
    report.clock_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count());
    report.packets_received = loss_.received();
    report.packets_expected = loss_.expected();
    report.bytes_received = content_received_;
    report.bytes_done = blocks.bytes_done();
    report.rate_bps = static_cast<std::uint64_t>(rate.bps());
    report.host_drops = static_cast<std::uint32_t>(host_drops);
    report.backlog = static_cast<std::uint32_t>(std::min<ByteCount>(backlog, UINT32_MAX));
    report.backlog_limit =
        static_cast<std::uint32_t>(std::min<ByteCount>(backlog_limit, UINT32_MAX));
    report.loss = wire::quantize_loss(loss_.smoothed());
    report.sequence = loss_.highest();
    report.repaired = static_cast<std::uint32_t>(stats.repaired);
    report.nacks = static_cast<std::uint32_t>(stats.nacks);
    report.window_end = window_told_ = window_end_bytes();
    std::array<std::uint8_t, 640> payload;
    const std::size_t size = report.serialize(payload);
    return put_ack(out, now, wire::kAckReport, Bytes(payload).first(size));
}

std::size_t Receiver::Impl::put_digest_request(MutableBytes out, Time now) {
    std::vector<wire::ChunkRange> ranges;
    const RangeSet& wanted = passed_all() ? digests_.missing() : undigested_;
    for (const auto& [begin, end] : wanted.ranges()) {
        ranges.push_back({begin, end - 1});
        if (ranges.size() == kMaxDigestRanges) break;
    }
    wire::DigestRequest request;
    request.transfer = offer.transfer;
    request.object = offer.object.id;
    request.ranges = wire::ChunkRangeList(std::span<const wire::ChunkRange>(ranges));
    std::array<std::uint8_t, 16 + kMaxDigestRanges * wire::ChunkRangeList::kItemSize> payload;
    const std::size_t size = request.serialize(payload);
    return put_ack(out, now, wire::kAckDigestRequest, Bytes(payload).first(size));
}

// Digests are on their way beside the data, and come again for all when one has asked.
Duration Receiver::Impl::digests_patience() {
    const Duration least = std::chrono::milliseconds(flushed_ ? 1 : 10);
    return std::max<Duration>(2 * grtt_, least) + random_backoff(rng_, backoff_ * grtt_, gsize_);
}

// How long the sender needs for a symbol; nothing when it has nothing to send.
Duration Receiver::Impl::symbol_time() const {
    if (sender_idle_ || !probe_ || !probe_->send_rate) return {};
    const double sent = std::max(wire::rate_from(*probe_->send_rate), 1.0);  // bytes a second
    return from_seconds(std::min(offer.object.segment_size / sent, 1.0));
}

// Where much is lost nearly every repair is incomplete, and its parity is held until the next one.
std::size_t Receiver::Impl::most_parity() const {
    return loss_.smoothed() > kGreatLoss ? blocks.parity_room() : SIZE_MAX;
}

Duration Receiver::Impl::nack_holdoff() const {
    return std::max<Duration>((backoff_ + 2) * grtt_, std::chrono::milliseconds(1));
}

// Starts a NACK cycle (RFC 5740 section 5.3.1), unless one is under way: at most one in half a
// round trip, after a random back-off in large groups.
void Receiver::Impl::want_nack(Time now) {
    if (timers_.running(Timer::nack) || stage != Stage::receiving || behind_until_) return;
    const Duration spacing =
        std::max<Duration>((backoff_ + 1) * grtt_ / 2, std::chrono::microseconds(500));
    const Duration backoff = random_backoff(rng_, backoff_ * grtt_, gsize_);
    timers_.set(Timer::nack, std::max(now + backoff, nacked_ + spacing));
}

bool Receiver::Impl::poll_nack(Time now, Transmit& out) {
    if (!nack_due_ && !info_due_) return false;
    std::vector<std::uint8_t> requests(
        std::clamp<std::size_t>(offer.object.segment_size, 512, 1400));
    wire::Nack nack;
    nack.source = {.sequence = 0, .node = config.node};
    nack.sender = offer.sender;
    nack.instance = instance_;
    nack.grtt_response = grtt_response(now);
    if (offer.plain) nack.cc = cc();
    if (info_due_) {
        info_due_ = false;
        wire::RepairRequestWriter writer(requests);
        const wire::RequestItem item{offer.object.fec_id, offer.object.id, {}};
        (void)writer.add({wire::kRequestInfo, item, item});
        nack.requests = writer.finish();
    } else {
        const auto count = static_cast<std::uint32_t>(partition_.block_count());
        const std::uint32_t end = std::min(position_, count);
        // Whole blocks are a late joiner's gap, or a long outage: the sender comes to them when it
        // has sent everything once, so ask seldom until it has.
        const Duration holdoff = nack_holdoff();
        const Duration patience = std::chrono::milliseconds(250);
        nack.requests =
            nacks_.build(blocks, requests,
                         {.now = now,
                          .holdoff = holdoff,
                          .unseen_holdoff = flushed_ ? holdoff : std::max(holdoff, patience),
                          .symbol_time = symbol_time(),
                          .most_parity = most_parity(),
                          .begin = 0,
                          .end = std::min(end, window_end())});
        if (nack.requests.empty() || ++nack_pages_ == kNackPages) nack_due_ = false;
        if (nack.requests.empty()) return false;
    }
    nacked_ = now;
    ++stats.nacks;
    out.set_control(nack.serialize(out.control_space()));
    return true;
}

}  // namespace mcast::protocol
