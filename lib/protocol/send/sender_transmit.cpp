// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <vector>

#include "protocol/send/sender_impl.hpp"
#include "protocol/timestamp.hpp"
#include "wire/norm/repair_request.hpp"

namespace mcast::protocol {
namespace {

constexpr std::size_t kMaxUdpPayload = 65507;
constexpr std::size_t kMaxFlushNodes = 256;
constexpr Duration kRollGathering = std::chrono::milliseconds(20);
// From here on a repair that is lost, too, comes only after all else.
constexpr double kLastRounds = 1.25;
constexpr double kDigestRounds = 4;  // until one that is missed is asked for, and comes

}  // namespace

SenderMessages::Stamp Sender::Impl::stamp() {
    const auto expected = static_cast<double>(group.expected_size(stage.gathering()));
    return {
        .source = {.sequence = static_cast<std::uint16_t>(history_.take()), .node = config.node},
        .fields = {.instance = config.instance,
                   .grtt = wire::quantize_rtt(to_seconds(grtt.value())),
                   .backoff = timing.backoff(object.first_pass_done()),
                   .gsize = wire::quantize_gsize(expected)}};
}

bool Sender::Impl::poll_transmit(Time now, Transmit& out) {
    out.clear();
    if (stage.ended()) return false;
    if (poll_control(now, out)) {
        ++stats.packets;
        stats.bytes += out.control().size();
        rate.pacer().sent(now, out.control().size(), 1);
        return true;
    }
    return stage.sending() && poll_data(now, out);
}

bool Sender::Impl::last_round() const {
    return object.ends_within(last_bytes());
}

double Sender::Impl::last_bytes() const {
    return kLastRounds * rate.rate().bytes_in(grtt.value());
}

bool Sender::Impl::digests_wanted() const {
    return stage.sending() && messages.digests_waiting() &&
           (due_.has(Due::digests) || messages.digests_full() || messages.digests_complete() ||
            object.first_pass_done());
}

// A crowd's confirmations are gathered, a few are given at once.
bool Sender::Impl::roll_wanted() const {
    return messages.roll_waiting() &&
           (due_.has(Due::roll) || !group.crowded() || messages.roll_full() || stage.ending());
}

bool Sender::Impl::poll_control(Time now, Transmit& out) {
    const MutableBytes space = out.control_space();
    if (due_.take(Due::probe)) {
        // One that follows at once would hide what this finds: a report tells of the latest.
        if (stage.started()) timers_.set(Timer::probe, now + timing.probe_interval());
        out.set_control(put_probe(space, now));
    } else if (due_.take(Due::info)) {
        out.set_control(messages.info(space, stamp()));
    } else if (due_.take(Due::advert)) {
        out.set_control(put_advert(space));
    } else if (poll_application(now, out)) {
        return true;
    } else if (due_.take(Due::flush)) {
        out.set_control(put_flush(space));
    } else {
        return false;
    }
    return true;
}

bool Sender::Impl::poll_application(Time now, Transmit& out) {
    const MutableBytes space = out.control_space();
    if (due_.take(Due::offer)) {
        // Who hears of us by it can answer with the round trip at once.
        due_.set(Due::probe, !stage.started());
        timing.on_offer();
        const auto joined = group.count(State::in_progress);
        out.set_control(messages.offer(space, stamp(), stage.started().has_value(),
                                       stage.draining(), static_cast<std::uint32_t>(joined),
                                       timing.offered_interval()));
    } else if (roll_wanted()) {
        out.set_control(messages.roll(space, stamp()));
        if (!messages.roll_waiting()) due_.clear(Due::roll);
    } else if (digests_wanted() && rate.pacer().ready(now)) {  // of a large file they are many
        out.set_control(messages.digests(space, stamp()));
        if (!messages.digests_waiting()) due_.clear(Due::digests);
    } else if (due_.take(Due::end)) {
        out.set_control(messages.end(space, stamp(), stage.error()));
    } else if (due_.take(Due::eot)) {
        const auto [source, fields] = stamp();
        out.set_control(wire::CmdEot{source, fields}.serialize(space));
    } else {
        if (stage.sending() && messages.digests_waiting() && !digests_wanted())
            timers_.advance(Timer::digests, now + std::chrono::milliseconds(5));
        if (messages.roll_waiting() || messages.repeats_waiting())
            timers_.advance(Timer::roll, now + kRollGathering);
        return false;
    }
    return true;
}

std::size_t Sender::Impl::put_probe(MutableBytes out, Time now) {
    const auto [source, fields] = stamp();
    wire::CmdCc probe;
    probe.source = source;
    probe.sender = fields;
    probe.cc_sequence = cc_sequence_++;
    probe.sent = to_timestamp(now);
    probe.send_rate = wire::quantize_rate(rate.rate().bytes_per_second());
    return probe.serialize(out);
}

// What is pending, as the NACKs that it spares (RFC 5740 section 5.3.2): as much as fits a packet.
std::size_t Sender::Impl::put_advert(MutableBytes out) {
    const auto [source, fields] = stamp();
    std::array<std::uint8_t, 1400> space;
    wire::RepairRequestWriter writer(
        MutableBytes(space).first(std::clamp<std::size_t>(config.object.segment_size, 512, 1400)));
    wire::CmdRepairAdv advert;
    if (!object.write_pending(writer)) advert.flags |= wire::kRepairAdvLimit;
    advert.source = source;
    advert.sender = fields;
    advert.requests = writer.finish();
    return advert.serialize(out);
}

// Plain receivers acknowledge a flush that lists them; ours report by themselves.
std::size_t Sender::Impl::put_flush(MutableBytes out) {
    const auto [source, fields] = stamp();
    std::vector<NodeId> nodes;
    for (const Peer& p : config.plain ? std::span(group.all()) : std::span<Peer>())
        if (p.plain && p.in_progress() && nodes.size() < kMaxFlushNodes) nodes.push_back(p.node);
    wire::CmdFlush flush;
    flush.source = source;
    flush.sender = fields;
    flush.fec_id = config.object.fec_id;
    flush.object = config.object.id;
    flush.id = object.last_begun();
    flush.nodes = wire::NodeList(std::span<const NodeId>(nodes));
    ++flushes_;
    return flush.serialize(out);
}

bool Sender::Impl::poll_data(Time now, Transmit& out) {
    if (!rate.pacer().ready(now)) return false;
    struct Repairs {
        ObjectSender& object;
        Time now;
        [[nodiscard]] std::optional<SymbolRef> peek() const { return object.peek_repair(now); }
        void pop(const SymbolRef&) const { object.pop_repair(now); }
    };
    struct Fresh {
        ObjectSender& object;
        ByteCount window_end;
        Time now;
        [[nodiscard]] std::optional<SymbolRef> peek() const {
            return object.held_at(window_end) ? std::nullopt : object.peek_new();
        }
        void pop(const SymbolRef& symbol) const { object.pop_new(now, symbol); }
    };
    Repairs repair{object, now};
    Fresh fresh{object, group.window_end(), now};
    if ((object.first_pass_done() || hold.held()) && object.repairs_idle()) object.catch_up(now);
    plan_parity(now);
    const bool any = fill_run(now, out, repair, wire::kFlagRepair) || fill_run(now, out, fresh, 0);
    if (any) {
        flushes_ = 0;
        timers_.stop(Timer::flush);
        return true;
    }
    rate.control().on_idle();
    if ((object.sent_all() || hold.paused()) && !timers_.running(Timer::flush)) {
        due_.set(Due::flush);
        const bool ready = poll_control(now, out);
        timers_.set(Timer::flush, now + timing.flush_interval(flushes_));
        return ready;
    }
    return false;
}

// A block is settled when all who need more of it have had time to say so, and somebody has said
// anything since: the silence of those who are cut off is no content.
void Sender::Impl::plan_parity(Time now) {
    object.plan_parity({.settled = std::min(now - timing.settling_time(), heard_ - grtt.value()),
                        .last_round = last_bytes(),
                        .loss = rate.control().greatest_base()});
}

template <typename Source>
bool Sender::Impl::fill_run(Time now, Transmit& out, Source& source, std::uint8_t flags) {
    auto symbol = source.peek();
    if (!symbol) return false;
    const std::uint32_t size = symbol->size;
    const std::size_t header = wire::data_header_size(config.object.fec_id);
    const std::size_t fit =
        std::clamp<std::size_t>(kMaxUdpPayload / (header + size), 1, Transmit::kMaxRun);
    const std::size_t limit = rate.pacer().run_length(header + size, fit);
    out.set_header_size(header);
    ByteCount bytes = 0;
    while (symbol && symbol->size <= size) {
        put_data_header(out.next_header(), *symbol, flags);
        out.add(*symbol);
        bytes += header + symbol->size;
        source.pop(*symbol);
        if (symbol->size < size || out.count() == limit) break;
        symbol = source.peek();
    }
    if (flags == 0 && object.first_pass_done()) on_all_new_sent();
    const std::size_t n = out.count();
    stats.packets += n;
    stats.bytes += bytes;
    timing.on_data(now, bytes);
    if (flags & wire::kFlagRepair) stats.repaired += n;
    rate.pacer().sent(now, bytes, n);
    history_.mark(now);
    const Duration interval = reporters.interval();
    const Duration round = std::max(2 * grtt.value(), interval * 5 / 4);
    rate.control().on_interval(interval);
    rate.control().on_sent(now, history_.next(), bytes + n * Pacer::kPacketOverhead, round,
                           reporters.count());
    rate.follow();
    if (rate.control().take_probe()) due_.set(Due::probe);
    return true;
}

void Sender::Impl::on_all_new_sent() {
    // Who lacks something of the last block is to know it before others are caught up.
    if (!object.catch_up_empty()) due_.set(Due::flush);
    // What was lost of the latest digests could only be asked for now, for another round trip.
    const double latest = kDigestRounds * rate.rate().bytes_in(grtt.value());
    const double first = static_cast<double>(config.object.size) - latest;
    messages.request_digests_from(static_cast<ByteCount>(std::max(first, 0.0)));
}

void Sender::Impl::put_data_header(MutableBytes out, const SymbolRef& symbol, std::uint8_t flags) {
    const auto [source, fields] = stamp();
    wire::Data data;
    data.source = source;
    data.sender = fields;
    data.flags = static_cast<std::uint8_t>(wire::kFlagFile | wire::kFlagInfo | flags);
    data.fec_id = config.object.fec_id;
    data.object = config.object.id;
    data.id = object.id_of(symbol);
    data.serialize_header(out);
}

}  // namespace mcast::protocol
