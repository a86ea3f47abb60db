// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
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
    const auto group = static_cast<double>(expected_group());
    return {
        .source = {.sequence = static_cast<std::uint16_t>(history_.take()), .node = config.node},
        .fields = {.instance = config.instance,
                   .grtt = wire::quantize_rtt(to_seconds(grtt.value())),
                   .backoff = budget_.factor(new_data.done(), peers.all().size()),
                   .gsize = wire::quantize_gsize(group)}};
}

bool Sender::Impl::poll_transmit(Time now, Transmit& out) {
    out.clear();
    if (phase == Phase::ended) return false;
    if (poll_control(now, out)) {
        ++stats.packets;
        stats.bytes += out.control().size();
        pacer.sent(now, out.control().size(), 1);
        return true;
    }
    return phase == Phase::sending && poll_data(now, out);
}

bool Sender::Impl::sent_all() const {
    return new_data.done() && repairs.idle() && repairs.catch_up_empty();
}

bool Sender::Impl::last_round() const {
    const ByteCount left = config.object.size - new_data.position();
    return static_cast<double>(left) < last_bytes();
}

double Sender::Impl::last_bytes() const {
    return kLastRounds * pacer.rate().bytes_in(grtt.value());
}

// A block is begun only when every window has room for all of it.
bool Sender::Impl::held() const {
    return phase == Phase::sending && new_data.at_block() && new_data.block_end() > window_end_;
}

bool Sender::Impl::paused() const {
    return held() && repairs.idle() && repairs.catch_up_empty();
}

bool Sender::Impl::digests_wanted() const {
    return phase == Phase::sending && messages.digests_waiting() &&
           (due_.has(Due::digests) || messages.digests_full() || messages.digests_complete() ||
            new_data.done());
}

// A crowd's confirmations are gathered, a few are given at once.
bool Sender::Impl::roll_wanted() const {
    return messages.roll_waiting() &&
           (due_.has(Due::roll) || !crowded() || messages.roll_full() || phase == Phase::ending);
}

bool Sender::Impl::poll_control(Time now, Transmit& out) {
    const MutableBytes space = out.control_space();
    if (due_.take(Due::probe)) {
        // One that follows at once would hide what this finds: a report tells of the latest.
        if (started_at) timers_.set(Timer::probe, now + probe_interval());
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
        due_.set(Due::probe, !started_at);
        offered_interval_ = report_interval();
        const auto joined = peers.count(State::in_progress);
        out.set_control(messages.offer(space, stamp(), started_at.has_value(), draining,
                                       static_cast<std::uint32_t>(joined), offered_interval_));
    } else if (roll_wanted()) {
        out.set_control(messages.roll(space, stamp()));
        if (!messages.roll_waiting()) due_.clear(Due::roll);
    } else if (digests_wanted() && pacer.ready(now)) {  // of a large file they are many
        out.set_control(messages.digests(space, stamp()));
        if (!messages.digests_waiting()) due_.clear(Due::digests);
    } else if (due_.take(Due::end)) {
        out.set_control(messages.end(space, stamp(), error_));
    } else if (due_.take(Due::eot)) {
        const auto [source, fields] = stamp();
        out.set_control(wire::CmdEot{source, fields}.serialize(space));
    } else {
        if (phase == Phase::sending && messages.digests_waiting() && !digests_wanted())
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
    probe.send_rate = wire::quantize_rate(pacer.rate().bytes_per_second());
    return probe.serialize(out);
}

// What is pending, as the NACKs that it spares (RFC 5740 section 5.3.2): as much as fits a packet.
std::size_t Sender::Impl::put_advert(MutableBytes out) {
    const auto [source, fields] = stamp();
    std::array<std::uint8_t, 1400> space;
    wire::RepairRequestWriter writer(
        MutableBytes(space).first(std::clamp<std::size_t>(config.object.segment_size, 512, 1400)));
    wire::CmdRepairAdv advert;
    const auto item = [&](std::uint32_t block, unsigned symbol) {
        const std::uint16_t length = partition.block_length(block);
        return wire::RequestItem{config.object.fec_id,
                                 config.object.id,
                                 {block, static_cast<std::uint16_t>(symbol), length}};
    };
    repairs.for_each_pending([&](std::uint32_t first, std::uint32_t last, unsigned begin,
                                 unsigned end) {
        const unsigned length = partition.block_length(first);
        const bool fits = begin < end
                              ? writer.add({wire::kRequestSegment, item(first, length + begin),
                                            item(first, length + end - 1)})
                              : writer.add({wire::kRequestBlock, item(first, 0), item(last, 0)});
        if (!fits) advert.flags |= wire::kRepairAdvLimit;
        return fits;
    });
    advert.source = source;
    advert.sender = fields;
    advert.requests = writer.finish();
    return advert.serialize(out);
}

// Plain receivers acknowledge a flush that lists them; ours report by themselves.
std::size_t Sender::Impl::put_flush(MutableBytes out) {
    const auto [source, fields] = stamp();
    std::vector<NodeId> nodes;
    for (const Peer& p : config.plain ? std::span(peers.all()) : std::span<Peer>())
        if (p.plain && p.in_progress() && nodes.size() < kMaxFlushNodes) nodes.push_back(p.node);
    wire::CmdFlush flush;
    flush.source = source;
    flush.sender = fields;
    flush.fec_id = config.object.fec_id;
    flush.object = config.object.id;
    if (const std::uint32_t blocks = new_data.end_block(); blocks > 0) {
        const std::uint16_t length = partition.block_length(blocks - 1);
        flush.id = {blocks - 1, static_cast<std::uint16_t>(length - 1), length};
    }
    flush.nodes = wire::NodeList(std::span<const NodeId>(nodes));
    ++flushes_;
    return flush.serialize(out);
}

bool Sender::Impl::poll_data(Time now, Transmit& out) {
    if (!pacer.ready(now)) return false;
    struct Repairs {
        RepairQueue& queue;
        Time now;
        [[nodiscard]] std::optional<SymbolRef> peek() const { return queue.peek(now); }
        [[nodiscard]] bool pop() const { return queue.pop(now), false; }
    };
    struct Fresh {
        Sender::Impl& self;
        [[nodiscard]] std::optional<SymbolRef> peek() const {
            return self.held() ? std::nullopt : self.new_data.peek();
        }
        [[nodiscard]] bool pop() const { return self.new_data.pop(); }
    };
    Repairs repair{repairs, now};
    Fresh fresh{*this};
    if ((new_data.done() || held()) && repairs.idle()) repairs.take_catch_up(now);
    plan_parity(now);
    const bool any = fill_run(now, out, repair, wire::kFlagRepair) || fill_run(now, out, fresh, 0);
    if (any) {
        flushes_ = 0;
        timers_.stop(Timer::flush);
        return true;
    }
    rate_control.on_idle();
    if ((sent_all() || paused()) && !timers_.running(Timer::flush)) {
        due_.set(Due::flush);
        const bool ready = poll_control(now, out);
        timers_.set(Timer::flush, now + flush_interval());
        return ready;
    }
    return false;
}

// A block is settled when all who need more of it have had time to say so, and somebody has said
// anything since: the silence of those who are cut off is no content.
void Sender::Impl::settle_blocks(Time now) {
    const Time sent_before = std::min(now - settling_time(), heard_ - grtt.value());
    while (!unsettled_.empty() && unsettled_.front().sent <= sent_before) {
        const auto& [sent, block, unasked] = unsettled_.front();
        parity_control_.on_block(unasked, repairs.demand(block));
        unsettled_.pop_front();
    }
}

Duration Sender::Impl::settling_time() const {
    return (budget_.factor(false, 0) + 3) * grtt.value();
}

// With the last blocks goes more: nothing is left to send while their repair would be asked for.
void Sender::Impl::plan_parity(Time now) {
    settle_blocks(now);
    const std::uint16_t most = sensible_parity();
    const std::uint16_t usual = std::min(parity_control_.usual(), most);
    std::uint16_t last = usual;
    if (last_round()) {
        const auto block = static_cast<double>(config.object.block_size) *
                           static_cast<double>(config.object.segment_size);
        last = std::min(parity_control_.high(last_bytes() / block), most);
    }
    new_data.set_unasked(last);
    // Of catch-up the last block only is the last of all.
    repairs.set_unasked(
        new_data.unasked(config.object.block_size, repairs.catch_up_empty() ? last : usual));
}

// What was lost because we sent too fast is no reason to send more.
std::uint16_t Sender::Impl::sensible_parity() const {
    const auto base = rate_control.greatest_base();
    if (!base) return std::numeric_limits<std::uint16_t>::max();
    const double lost = *base / (1 - *base) * config.object.block_size;
    return static_cast<std::uint16_t>(2 + lost + 4 * std::sqrt(lost));
}

template <typename Source>
bool Sender::Impl::fill_run(Time now, Transmit& out, Source& source, std::uint8_t flags) {
    auto symbol = source.peek();
    if (!symbol) return false;
    const std::uint32_t size = symbol->size;
    const std::size_t header = wire::data_header_size(config.object.fec_id);
    const std::size_t fit =
        std::clamp<std::size_t>(kMaxUdpPayload / (header + size), 1, Transmit::kMaxRun);
    const std::size_t limit = pacer.run_length(header + size, fit);
    out.set_header_size(header);
    ByteCount bytes = 0;
    while (symbol && symbol->size <= size) {
        put_data_header(out.next_header(), *symbol, flags);
        out.add(*symbol);
        bytes += header + symbol->size;
        // What was sent unasked of a block's parity is no longer fresh.
        if (flags == 0 && symbol->parity) repairs.parity_sent(symbol->block, 1);
        if (source.pop()) unsettled_.push_back({now, symbol->block, new_data.unasked_of_last()});
        if (symbol->size < size || out.count() == limit) break;
        symbol = source.peek();
    }
    if (flags == 0 && new_data.done()) on_all_new_sent();
    const std::size_t n = out.count();
    data_sent_ = now;
    stats.packets += n;
    stats.bytes += bytes;
    budget_.on_sent(bytes);
    if (flags & wire::kFlagRepair) stats.repaired += n;
    pacer.sent(now, bytes, n);
    history_.mark(now);
    const Duration interval = pace_interval();
    const Duration round = std::max(2 * grtt.value(), interval * 5 / 4);
    rate_control.on_interval(interval);
    rate_control.on_sent(now, history_.next(), bytes + n * Pacer::kPacketOverhead, round,
                         voiced() ? voices_ : attached_);
    pacer.set_rate(rate_control.rate(), !auto_rate_);
    if (rate_control.take_probe()) due_.set(Due::probe);
    return true;
}

void Sender::Impl::on_all_new_sent() {
    // Who lacks something of the last block is to know it before others are caught up.
    if (!repairs.catch_up_empty()) due_.set(Due::flush);
    // What was lost of the latest digests could only be asked for now, for another round trip.
    const double latest = kDigestRounds * pacer.rate().bytes_in(grtt.value());
    const double first = static_cast<double>(config.object.size) - latest;
    messages.request_digests_from(static_cast<ByteCount>(std::max(first, 0.0)));
}

void Sender::Impl::put_data_header(MutableBytes out, const SymbolRef& symbol, std::uint8_t flags) {
    const std::uint16_t length = partition.block_length(symbol.block);
    const auto esi =
        static_cast<std::uint16_t>(symbol.parity ? length + symbol.symbol : symbol.symbol);
    const auto [source, fields] = stamp();
    wire::Data data;
    data.source = source;
    data.sender = fields;
    data.flags = static_cast<std::uint8_t>(wire::kFlagFile | wire::kFlagInfo | flags);
    data.fec_id = config.object.fec_id;
    data.object = config.object.id;
    data.id = {symbol.block, esi, length};
    data.serialize_header(out);
}

}  // namespace mcast::protocol
