// SPDX-License-Identifier: MIT
#include "sim/trunk.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "wire/norm/message.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::sim {
namespace {

using protocol::Transmit;

protocol::SenderConfig config_of(const Scenario& scenario, Rng& rng) {
    protocol::SenderConfig config;
    config.node = NodeId{0xfffffff0};
    config.instance = InstanceId{static_cast<std::uint16_t>(rng.next())};
    config.transfer = 0x5eed;
    config.object = {ObjectId{0},    scenario.size,   scenario.segment,
                     scenario.block, scenario.parity, scenario.fec_id};
    config.digest = {1, 16, scenario.chunk};
    if (scenario.stream) {
        config.object.stream = true;
        config.object.size = config.object.stream_limit();
        config.buffer = scenario.stream->buffer;
    }
    config.name = "file";
    config.host = "sender";
    config.begin_with = scenario.begin_with != 0 ? scenario.begin_with
                                                 : static_cast<std::uint32_t>(scenario.receivers);
    config.rate = scenario.rate;
    config.proactive_parity = scenario.proactive;
    config.on_slow = scenario.on_slow;
    config.progress_limit = scenario.progress_limit;
    config.waiting_limit = scenario.waiting_limit;
    config.trace = scenario.trace_sender;
    return config;
}

constexpr ByteCount kIpUdpHeaders = 28;
constexpr Duration kScanStep = std::chrono::milliseconds(1);
constexpr Duration kBetweenFlows = std::chrono::milliseconds(70);

// What each receiver has to say once, whatever the network is like.
bool join_or_final(Bytes datagram) {
    const auto message = wire::parse(datagram);
    const auto* reply = message ? std::get_if<wire::NormReport>(&*message) : nullptr;
    if (reply == nullptr) return false;
    const auto content = wire::parse_receiver_message(reply->payload);
    if (!content || std::holds_alternative<wire::DigestRequest>(*content)) return false;
    const auto* report = std::get_if<wire::Report>(&*content);
    return report == nullptr || report->state != wire::ReportState::in_progress;
}

}  // namespace

Trunk::Trunk(const Scenario& scenario, const Content& content, Time begin, Rng& rng)
    : scenario_(scenario),
      content_(content),
      begin_(begin),
      now_(begin),
      link_({scenario.link, scenario.queue, scenario.link_changes}, begin),
      wake_(begin) {
    const auto config = config_of(scenario, rng);
    core_ = std::make_unique<protocol::Sender>(config, begin, Rng(rng.next()));
    core_->extend(core_->available(), scenario.zeros);
    if (scenario.stream) {
        producer_.emplace(scenario, content, begin);
    } else {
        for (std::uint32_t c = 0; c < config.digest.chunk_count(scenario.size); ++c)
            core_->add_digest(c, content.digest(c));
        core_->set_root(std::array<std::uint8_t, 16>{});
    }
    for (std::size_t i = 0; scenario.tcp_rtt && i < scenario.tcp_flows; ++i)
        tcp_.emplace_back(*scenario.tcp_rtt, begin + scenario.tcp_at + i * kBetweenFlows);
}

Time Trunk::next() const {
    Time at = wake_;
    if (!incoming_.empty()) at = std::min(at, incoming_.top().at);
    for (const TcpFlow& flow : tcp_) at = std::min(at, flow.next());
    return at;
}

ByteCount Trunk::tcp_delivered() const {
    ByteCount sum = 0;
    for (const TcpFlow& flow : tcp_) sum += flow.delivered();
    return sum;
}

void Trunk::run(Time until) {
    for (Time at = next(); at < until; at = next()) step(now_ = std::max(now_, at));
}

void Trunk::post(std::size_t index, Feedback feedback) {
    incoming_.push({feedback.at, index, order_++, std::move(feedback.bytes)});
}

void Trunk::step(Time now) {
    for (TcpFlow& flow : tcp_)
        if (flow.next() <= now) flow.handle(now, link_);
    if (!incoming_.empty() && incoming_.top().at <= now) {
        const Incoming incoming = incoming_.top();
        incoming_.pop();
        hear(now, incoming);
    } else if (wake_ <= now) {
        trace_ =
            (trace_ ^ static_cast<std::uint64_t>(now.time_since_epoch().count())) * 0x100000001b3;
        wake_ = kNever;
        if (dead) return;
        core_->handle_timeout(now);
        drive(now);
    }
}

void Trunk::hear(Time now, const Incoming& incoming) {
    trace_ = (trace_ ^ static_cast<std::uint64_t>(now.time_since_epoch().count()) ^
              incoming.index << 48) *
             0x100000001b3;
    if (dead || within(scenario_.outages, now - begin_)) return;
    ++totals_.up_packets;
    totals_.up_bytes += incoming.bytes.size();
    if (join_or_final(incoming.bytes)) totals_.up_bytes_fixed += incoming.bytes.size();
    if (started_at) totals_.up_bytes_running += incoming.bytes.size() + kIpUdpHeaders;
    if (now - up_since_ >= std::chrono::milliseconds(10)) {
        up_since_ = now;
        up_now_ = 0;
    }
    totals_.most_up_packets = std::max(totals_.most_up_packets, ++up_now_);
    if (ended) return;
    core_->handle(now, incoming.bytes, {.port = static_cast<std::uint16_t>(incoming.index + 1)});
    drive(now);
}

void Trunk::poke(Time now) {
    now_ = std::max(now_, now);
    if (!dead) drive(now);
}

void Trunk::take_events(Time now) {
    while (auto event = core_->poll_event()) {
        if (event->kind == protocol::SenderEvent::Kind::started) started_at = now;
        if (event->kind != protocol::SenderEvent::Kind::ended) continue;
        ended = true;
        ended_at = now;
        ++finals;
        error = event->error;
    }
}

void Trunk::scan(Time now) {
    if (!scenario_.scan || scenario_.stream) return;
    const double bytes = scenario_.scan->bytes_in(now - begin_);
    core_->extend(std::min(scenario_.size, static_cast<ByteCount>(bytes)));
}

void Trunk::drive(Time now) {
    if (producer_) producer_->feed(now, *core_);
    scan(now);
    take_events(now);
    while (core_->poll_transmit(now, transmit_)) {
        recording_.on_rate(now, core_->rate().bps());
        if (transmit_.kind() == Transmit::Kind::control) {
            const Bytes bytes = transmit_.control();
            send(now, {{bytes.begin(), bytes.end()}}, false);
            continue;
        }
        for (std::size_t n = 0; n < transmit_.count(); ++n) {
            const Bytes header = transmit_.header(n);
            send(now, content_.datagram(header, transmit_.symbol(n)), true);
        }
        if (!last_data_ && core_->first_pass_done())
            last_data_ = packets_.empty() ? now : packets_.back().at;
    }
    take_events(now);
    Time due = ended ? kNever : core_->next_timeout();
    if (producer_ && !ended) due = std::min(due, producer_->next(now));
    if (scenario_.scan && !ended && core_->available() < scenario_.size)
        due = std::min(due, now + kScanStep);
    wake_ = due == kNever ? kNever : std::max(due, now + Duration(1));
}

void Trunk::send(Time now, Datagram datagram, bool data) {
    ++totals_.down_packets;
    totals_.down_bytes += datagram.size();
    recording_.on_packet(now, datagram);
    totals_.data_packets += data;
    if (within(scenario_.outages, now - begin_)) return;
    const auto at = link_.take(now, datagram.size() + Link::kOverhead);
    if (!at) {
        ++totals_.queue_drops;
        return;
    }
    packets_.push_back(
        {*at + scenario_.down.delay, std::make_shared<const Datagram>(std::move(datagram))});
}

}  // namespace mcast::sim
