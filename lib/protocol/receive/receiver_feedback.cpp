// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "protocol/backoff.hpp"
#include "protocol/feedback_budget.hpp"
#include "protocol/receive/receiver_impl.hpp"
#include "protocol/timestamp.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kLateDigest = std::chrono::milliseconds(1);
constexpr double kDigestRequest = 60;  // bytes, with IP and UDP headers
constexpr double kDigestShare = 0.01;  // of the sender's rate

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
    } else if (due_.take(Due::ack_cc)) {
        measure(now);
        out.set_control(put_ack(space, now, wire::kAckCc, {}));
    } else if (due_.take(Due::join)) {
        out.set_control(put_join(space, now));
    } else if (discovery_.take_info_request()) {
        out.set_control(put_info_request(space, now));
    } else if (poll_nack(now, out)) {
        return true;
    } else if (due_.take(Due::digests)) {
        out.set_control(put_digest_request(space, now));
    } else if (due_.take(Due::report)) {
        out.set_control(put_report(space, now));
    } else {
        return false;
    }
    return true;
}

wire::ExtCc Receiver::Impl::cc() const {
    wire::ExtCc cc;
    cc.cc_sequence = sender_.cc_sequence();
    cc.flags = loss_.latest().lost() == 0 ? wire::kCcStart : std::uint8_t{0};
    cc.rtt = wire::quantize_rtt(to_seconds(sender_.grtt()));
    cc.loss = wire::quantize_loss(loss_.smoothed());
    const double factor =
        loss_.latest().lost() == 0 ? 2 : 1;  // slow start doubles (RFC 5740 5.5.2)
    cc.rate = wire::quantize_rate(std::max(factor * rate.bytes_per_second(), 1.0));
    return cc;
}

std::size_t Receiver::Impl::put_ack(MutableBytes out, Time now, std::uint8_t type, Bytes payload) {
    wire::Ack ack;
    ack.source = {.sequence = 0, .node = config.node};
    ack.sender = offer.sender;
    ack.instance = instance_;
    ack.type = type;
    ack.grtt_response = sender_.grtt_response(now);
    ack.cc = cc();
    ack.payload = payload;
    return ack.serialize(out);
}

// One of our own messages, to a sender that understands them.
template <typename Message>
std::size_t Receiver::Impl::put_reply(MutableBytes out, Time now, Message message) {
    message.transfer = offer.transfer;
    if (const auto answer = sender_.response(now)) message.echo = to_echo(*answer);
    std::array<std::uint8_t, 640> payload;
    const std::size_t size = message.serialize(payload);
    const wire::Source source{.sequence = 0, .node = config.node};
    return wire::NormReport{source, Bytes(payload).first(size)}.serialize(out);
}

// Rate and loss since they were last told.
void Receiver::Impl::measure(Time now) {
    loss_.update(now);
    stats.lost = loss_.settled(now).lost();
    stats.dropped_by_host = loss_.latest().host_drops;
    const Duration lasted = now - measured_;
    if (lasted < std::chrono::milliseconds(5)) return;
    const double bytes = static_cast<double>(content_received_ - measured_bytes_);
    rate = DataRate::bytes_per_second(bytes / to_seconds(lasted));
    measured_ = now;
    measured_bytes_ = content_received_;
}

std::size_t Receiver::Impl::put_join(MutableBytes out, Time now) {
    wire::Join join;
    join.challenge = config.challenge;
    const std::string host = wire::wire_text(config.host, 64);
    join.host = host;
    if (stage == Stage::telling) {
        join.error = farewell_.error_number();
        join.message = farewell_.text();
    }
    return put_reply(out, now, join);
}

std::size_t Receiver::Impl::put_report(MutableBytes out, Time now) {
    measure(now);
    // All of a large group have come to this at about the same time.
    if (stage == Stage::telling && !farewell_.failed() && sender_.large_group())
        return put_reply(out, now, wire::Done{.root = farewell_.root()});
    wire::Report report;
    if (stage == Stage::telling) {
        const bool failed = farewell_.failed();
        report.state = failed ? wire::ReportState::failed : wire::ReportState::verified;
        report.error = farewell_.error_number();
        report.message = farewell_.text();
        if (!failed) report.root = farewell_.root();
    }
    const LossMeter::Count& heard = loss_.settled(now);
    report.packets_received = heard.received;
    report.packets_expected = heard.expected;
    report.bytes_done = object_.bytes_held();
    report.rate = wire::quantize_rate(rate.bytes_per_second());
    report.host_drops = static_cast<std::uint32_t>(heard.host_drops);
    report.backlog = static_cast<std::uint32_t>(std::min<ByteCount>(backlog, UINT32_MAX));
    report.backlog_limit =
        static_cast<std::uint32_t>(std::min<ByteCount>(backlog_limit, UINT32_MAX));
    report.loss = wire::quantize_loss(loss_.smoothed());
    report.sequence = heard.sequence;
    window_.widen(now, {.position = nacks_.position(),
                        .ordered = object_.release_ordered(),
                        .awaits_network = object_.awaits_network(),
                        .bytes_in_flight = sender_.bytes_in_flight(),
                        .grtt = sender_.grtt()});
    report.window_end = window_.tell();
    return put_reply(out, now, report);
}

std::size_t Receiver::Impl::put_digest_request(MutableBytes out, Time now) {
    const auto ranges = object_.missing_digests(nacks_.passed_all());
    wire::DigestRequest request;
    request.object = offer.object.id;
    request.ranges = wire::ChunkRangeList(std::span<const wire::ChunkRange>(ranges));
    return put_reply(out, now, request);
}

// Digests are on their way beside the data, and come again for all when one has asked.
Duration Receiver::Impl::digests_patience() {
    const Duration least = std::chrono::milliseconds(nacks_.flushed() ? 1 : 10);
    Duration most = sender_.backoff_time();
    if (sender_.large_group() && !nacks_.flushed() && !window_.limited())
        most = sender_.for_all(kDigestRequest, kDigestShare);
    return std::max<Duration>(2 * sender_.grtt(), least) +
           random_backoff(rng_, most, sender_.group_size());
}

// One draw of luck for each need: drawn again and again, it would be the least of them all. What
// has not come when all has been sent is lost: a few ask for it at once.
void Receiver::Impl::want_digests(Time now) {
    const bool lost = nacks_.flushed() && sender_.backoff_factor() == 0;
    if (!timers_.running(Timer::digests))
        timers_.set(Timer::digests,
                    now + (lost ? loss_.window() + kLateDigest : digests_patience()));
}

NackCycle::Conditions Receiver::Impl::conditions(Time now) const {
    return {.now = now,
            .sender = sender_,
            .loss = loss_,
            .window_end = window_.end_block(),
            .sender_idle = sender_idle_};
}

void Receiver::Impl::want_nack(Time now) {
    if (timers_.running(Timer::nack) || stage != Stage::receiving || behind_until_) return;
    if (const auto at = nacks_.start(blocks(), conditions(now), rng_))
        timers_.set(Timer::nack, *at);
}

void Receiver::Impl::on_nack_timer(Time now) {
    const bool due = nacks_.on_timer(blocks(), conditions(now)) && stage == Stage::receiving;
    due_.set(Due::nack, due);
    if (!due) want_nack(now);
}

wire::Nack Receiver::Impl::nack_to(Time now, NodeId sender, bool plain) const {
    wire::Nack nack;
    nack.source = {.sequence = 0, .node = config.node};
    nack.sender = sender;
    nack.instance = instance_;
    nack.grtt_response = sender_.grtt_response(now);
    if (plain) nack.cc = cc();
    return nack;
}

std::size_t Receiver::Impl::put_nack(MutableBytes out, Time now, const wire::Nack& nack) {
    nacks_.on_sent(now);
    ++stats.nacks;
    return nack.serialize(out);
}

bool Receiver::Impl::poll_nack(Time now, Transmit& out) {
    if (!due_.has(Due::nack)) return false;
    // With its header it is no larger than a packet of data.
    std::vector<std::uint8_t> requests(
        std::clamp<std::size_t>(offer.object.segment_size, 512 + wire::kFeedbackHeader, 1400) -
        wire::kFeedbackHeader);
    wire::Nack nack = nack_to(now, offer.sender, offer.plain);
    const auto page = nacks_.build(blocks(), requests, conditions(now));
    if (page.last) due_.clear(Due::nack);
    if (page.again) want_nack(now);
    nack.requests = page.requests;
    if (nack.requests.empty()) return false;
    out.set_control(put_nack(out.control_space(), now, nack));
    return true;
}

std::size_t Receiver::Impl::put_info_request(MutableBytes out, Time now) {
    const OfferInfo& candidate = discovery_.candidate();
    std::array<std::uint8_t, 64> space;
    wire::RepairRequestWriter writer(space);
    const wire::RequestItem item{candidate.object.fec_id, candidate.object.id, {}};
    (void)writer.add({wire::kRequestInfo, item, item});
    wire::Nack nack = nack_to(now, candidate.sender, candidate.plain);
    nack.requests = writer.finish();
    return put_nack(out, now, nack);
}

}  // namespace mcast::protocol
