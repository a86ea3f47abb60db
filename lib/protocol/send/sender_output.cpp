// SPDX-License-Identifier: MIT
#include "protocol/send/sender_output.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "protocol/timestamp.hpp"
#include "wire/norm/repair_request.hpp"

namespace mcast::protocol {
namespace {

constexpr std::size_t kMaxUdpPayload = 65507;
constexpr std::size_t kMaxFlushNodes = 256;
constexpr Duration kStatesGathering = std::chrono::milliseconds(20);
constexpr double kDigestRounds = 4;  // until one that is missed is asked for, and comes

// The source of a run's symbols.
struct Repairs {
    ObjectSender& object;
    Time now;
    [[nodiscard]] std::optional<SymbolRef> peek() const { return object.peek_repair(now); }
    void pop(const SymbolRef&) const { object.pop_repair(now); }
};

struct NewSymbols {
    ObjectSender& object;
    ByteCount window_end;
    Time now;
    [[nodiscard]] std::optional<SymbolRef> peek() const {
        return object.held_at(window_end) ? std::nullopt : object.peek_new();
    }
    void pop(const SymbolRef& symbol) const { object.pop_new(now, symbol); }
};

}  // namespace

SenderOutput::SenderOutput(SenderParts& parts) : parts_(parts) {
    if (parts.config.object.stream) stream_headers_.emplace(parts.config.object);
}

wire::Source SenderOutput::next_source() {
    return {.sequence = static_cast<std::uint16_t>(parts_.history.take()),
            .node = parts_.config.node};
}

wire::SenderFields SenderOutput::sender_fields() const {
    const auto expected = static_cast<double>(parts_.group.expected_size(parts_.stage.gathering()));
    return {.instance = parts_.config.instance,
            .grtt = wire::quantize_rtt(to_seconds(parts_.grtt.value())),
            .backoff = parts_.timing.backoff(parts_.object.first_pass_done()),
            .gsize = wire::quantize_gsize(expected)};
}

bool SenderOutput::poll(Time now, Transmit& out) {
    out.clear();
    if (parts_.stage.ended()) return false;
    if (parts_.stage.sending() && parts_.rate.pacer().ready(now)) pass_zeros();
    if (poll_control(now, out)) {
        ++parts_.stats.packets;
        const ByteCount bytes = out.control().size() + parts_.config.envelope;
        parts_.stats.bytes += bytes;
        parts_.rate.pacer().sent(now, bytes, 1);
        return true;
    }
    return parts_.stage.sending() && poll_data(now, out);
}

Time SenderOutput::next() const {
    if (!parts_.stage.sending()) return kNever;
    const bool now = data_wanted() || digests_wanted() || parts_.object.zeros().waiting();
    const Time ready = now ? Time{} : parts_.object.next_repair();
    return std::min(parts_.rate.control().deadline(), std::max(parts_.rate.pacer().next(), ready));
}

// A file is sent only as far as it has been looked at for zeros.
bool SenderOutput::new_data_waits() const {
    return parts_.hold.held() || parts_.object.block_end() > parts_.object.available();
}

// There is data that only the rate holds back.
bool SenderOutput::data_wanted() const {
    if (!parts_.object.first_pass_done() && !new_data_waits()) return true;
    if (!parts_.object.repairs_idle()) return false;  // the repairs know when they are ready
    return !parts_.object.catch_up_empty() ||
           (flush_helps() && !parts_.timers.running(SenderTimer::flush));
}

// There is nothing to send now. Of a stream that has no content yet there is nothing to ask for.
bool SenderOutput::flush_helps() const {
    const bool begun = parts_.object.blocks_begun() > 0;
    return parts_.object.sent_all() || (begun && parts_.hold.paused());
}

bool SenderOutput::digests_wanted() const {
    return parts_.stage.sending() && parts_.messages.digests_waiting() &&
           (parts_.due.has(Due::digests) || parts_.messages.digests_full() ||
            parts_.messages.digests_complete() || parts_.object.first_pass_done());
}

// Confirmations of a large group are gathered, those of a small one leave at once.
bool SenderOutput::states_wanted() const {
    return parts_.messages.states_waiting() &&
           (parts_.due.has(Due::receiver_states) || !parts_.group.large() ||
            parts_.messages.states_full() || parts_.stage.ending());
}

void SenderOutput::pass_zeros() {
    if (parts_.object.pass_zeros(parts_.group.window_end()) && parts_.object.first_pass_done())
        on_all_new_sent();
}

bool SenderOutput::poll_control(Time now, Transmit& out) {
    const MutableBytes space = out.control_space();
    if (parts_.due.take(Due::probe)) {
        // A probe that followed at once would hide what this one finds, because a report answers
        // the latest.
        if (parts_.stage.started())
            parts_.timers.set(SenderTimer::probe, now + parts_.timing.probe_interval());
        out.set_control(put_probe(space, now));
    } else if (parts_.due.take(Due::info)) {
        out.set_control(parts_.messages.info(space, stamp()));
    } else if (parts_.due.take(Due::repair_adv)) {
        out.set_control(put_repair_adv(space));
    } else if (parts_.due.take(Due::squelch)) {
        out.set_control(put_squelch(space));
    } else if (poll_application(now, out)) {
        return true;
    } else if (parts_.due.has(Due::flush) && at_plain_end() && !end_symbol_sent_) {
        out.set_control(put_stream_end(space));
    } else if (parts_.due.take(Due::flush)) {
        out.set_control(put_flush(space));
    } else {
        return false;
    }
    return true;
}

bool SenderOutput::poll_application(Time now, Transmit& out) {
    const MutableBytes space = out.control_space();
    if (parts_.due.take(Due::offer)) {
        out.set_control(put_offer(space));
    } else if (states_wanted()) {
        out.set_control(parts_.messages.receiver_states(space, stamp()));
        if (!parts_.messages.states_waiting()) parts_.due.clear(Due::receiver_states);
    } else if (parts_.stage.sending() && parts_.object.zeros().waiting() &&
               parts_.rate.pacer().ready(now)) {  // before the data that follows them
        out.set_control(parts_.messages.zeros(space, stamp(), parts_.object.zeros()));
    } else if (digests_wanted() &&
               parts_.rate.pacer().ready(now)) {  // of a large file they are many
        out.set_control(parts_.messages.digests(space, stamp()));
        if (!parts_.messages.digests_waiting()) parts_.due.clear(Due::digests);
    } else if (parts_.due.take(Due::end)) {
        out.set_control(parts_.messages.end(space, stamp(), parts_.stage.error()));
    } else if (parts_.due.take(Due::eot)) {
        const auto [source, fields] = stamp();
        out.set_control(wire::CmdEot{source, fields}.serialize(space));
    } else {
        if (parts_.stage.sending() && parts_.messages.digests_waiting() && !digests_wanted())
            parts_.timers.advance(SenderTimer::digests, now + std::chrono::milliseconds(5));
        if (parts_.messages.states_waiting() || parts_.messages.repeats_waiting())
            parts_.timers.advance(SenderTimer::receiver_states, now + kStatesGathering);
        return false;
    }
    return true;
}

std::size_t SenderOutput::put_offer(MutableBytes out) {
    // A receiver that hears of us by the offer can answer with the round trip at once.
    parts_.due.set(Due::probe, !parts_.stage.started());
    parts_.timing.on_offer();
    return parts_.messages.offer(out, stamp(), parts_.stage.started().has_value(),
                                 parts_.stage.draining(),
                                 static_cast<std::uint32_t>(parts_.group.count(State::in_progress)),
                                 parts_.timing.offered_interval());
}

std::size_t SenderOutput::put_probe(MutableBytes out, Time now) {
    const auto [source, fields] = stamp();
    wire::CmdCc probe;
    probe.source = source;
    probe.sender = fields;
    probe.cc_sequence = probes_++;
    probe.sent = to_timestamp(now);
    probe.send_rate = wire::quantize_rate(parts_.rate.rate().bytes_per_second());
    return probe.serialize(out);
}

// Writes the pending repairs as the NACKs that it spares (RFC 5740 section 5.3.2), as many as fit
// into a packet.
std::size_t SenderOutput::put_repair_adv(MutableBytes out) {
    const auto [source, fields] = stamp();
    std::array<std::uint8_t, 1400> space;
    wire::RepairRequestWriter writer(MutableBytes(space).first(
        std::clamp<std::size_t>(parts_.config.object.segment_size, 512, 1400)));
    wire::CmdRepairAdv repair_adv;
    if (!parts_.object.write_pending(writer)) repair_adv.flags |= wire::kRepairAdvLimit;
    repair_adv.source = source;
    repair_adv.sender = fields;
    repair_adv.requests = writer.finish();
    return repair_adv.serialize(out);
}

// All of a stream has been sent, and plain receivers are to be told that it ends there.
bool SenderOutput::at_plain_end() const {
    const ObjectParams& object = parts_.config.object;
    return parts_.config.plain && object.stream && !object.open() &&
           parts_.object.first_pass_done();
}

// The end goes before each flush: a receiver that lacks it need not ask for it.
std::size_t SenderOutput::put_stream_end(MutableBytes out) {
    end_symbol_sent_ = true;
    std::array<std::uint8_t, wire::StreamHeader::kSize> symbol;
    StreamHeaders::end_of(parts_.object.partition()).serialize(symbol);
    wire::Data data = data_header(0);
    data.source = next_source();
    data.id = parts_.object.behind_end();
    data.payload = symbol;
    return data.serialize(out);
}

std::size_t SenderOutput::put_squelch(MutableBytes out) {
    const auto [source, fields] = stamp();
    const ObjectParams& object = parts_.config.object;
    const auto first =
        static_cast<std::uint32_t>(parts_.object.released() / parts_.config.object.block_bytes());
    return wire::CmdSquelch{.source = source,
                            .sender = fields,
                            .fec_id = object.fec_id,
                            .object = object.id,
                            .id = {first, 0, object.block_size},
                            .objects = {}}
        .serialize(out);
}

// Plain receivers acknowledge a flush that lists them; ours report by themselves.
std::size_t SenderOutput::put_flush(MutableBytes out) {
    const auto [source, fields] = stamp();
    const bool at_end = parts_.object.sent_all();
    std::vector<NodeId> nodes;
    for (const Member& p :
         parts_.config.plain ? std::span(parts_.group.all()) : std::span<Member>())
        if (p.plain && p.in_progress() && nodes.size() < kMaxFlushNodes &&
            (at_end || p.bytes_done < parts_.object.position()))
            nodes.push_back(p.node);
    wire::CmdFlush flush;
    flush.source = source;
    flush.sender = fields;
    flush.fec_id = parts_.config.object.fec_id;
    flush.object = parts_.config.object.id;
    flush.id = at_plain_end() ? parts_.object.behind_end() : parts_.object.last_begun();
    end_symbol_sent_ = false;
    flush.nodes = wire::NodeList(std::span<const NodeId>(nodes));
    parts_.timing.on_flush();
    // A receiver asks for the end of a stream only if it knows where that is.
    const ObjectParams& object = parts_.config.object;
    if (object.stream && !object.open()) parts_.due.set(Due::offer);
    return flush.serialize(out);
}

bool SenderOutput::poll_data(Time now, Transmit& out) {
    // The driver may send for longer than a step of a probe lasts before it looks at the time.
    if (parts_.rate.control().deadline() <= now) parts_.decide_rate(now);
    if (!parts_.rate.pacer().ready(now)) return false;
    Repairs repair{parts_.object, now};
    NewSymbols fresh{parts_.object, parts_.group.window_end(), now};
    if ((parts_.object.first_pass_done() || new_data_waits()) && parts_.object.repairs_idle())
        parts_.object.catch_up(now);
    plan_parity(now);
    const bool any = fill_run(now, out, repair, wire::kFlagRepair) || fill_run(now, out, fresh, 0);
    if (any) {
        parts_.timers.stop(SenderTimer::flush);
        return true;
    }
    parts_.rate.control().on_idle();
    return poll_flush(now, out);
}

// There is no data to send: the first flush leaves at once, the others by the timer.
bool SenderOutput::poll_flush(Time now, Transmit& out) {
    if (!flush_helps() || parts_.timers.running(SenderTimer::flush)) return false;
    parts_.due.set(Due::flush);
    const bool ready = poll_control(now, out);
    parts_.timers.set(SenderTimer::flush, now + parts_.timing.flush_interval());
    return ready;
}

// A block is settled when all receivers that need more of it have had time to say so, and one of
// them has said anything since. Receivers that are cut off send no NACKs, and that does not mean
// that they need no repair.
void SenderOutput::plan_parity(Time now) {
    parts_.object.plan_parity({.settled = std::min(now - parts_.timing.settling_time(),
                                                   parts_.presence.heard() - parts_.grtt.value()),
                               .last_round = parts_.timing.round_bytes(),
                               .loss = parts_.rate.control().greatest_base()});
}

template <typename Source>
bool SenderOutput::fill_run(Time now, Transmit& out, Source& source, std::uint8_t flags) {
    auto symbol = source.peek();
    if (!symbol) return false;
    const std::uint32_t size = symbol->size;
    const std::size_t header =
        wire::data_header_size(parts_.config.object.fec_id) + parts_.config.object.symbol_header();
    const std::size_t around = header + parts_.config.envelope;  // of each symbol
    const std::size_t fit =
        std::clamp<std::size_t>(kMaxUdpPayload / (around + size), 1, Transmit::kMaxRun);
    const std::size_t limit = parts_.rate.pacer().run_length(around + size, fit);
    out.set_header_size(header);
    wire::Data data = data_header(flags);
    ByteCount bytes = 0;
    while (symbol && symbol->size <= size) {
        data.source = next_source();
        data.id = parts_.object.id_of(*symbol);
        put_header(out, data, *symbol);
        out.add(*symbol);
        bytes += around + symbol->size;
        source.pop(*symbol);
        if (symbol->size < size || out.count() == limit) break;
        symbol = source.peek();
    }
    if (flags == 0 && parts_.object.first_pass_done()) on_all_new_sent();
    if (flags & wire::kFlagRepair) parts_.stats.repaired += out.count();
    on_run(now, out, bytes);
    return true;
}

void SenderOutput::put_header(Transmit& out, const wire::Data& data, const SymbolRef& symbol) {
    const MutableBytes space = out.next_header();
    const std::size_t written = data.serialize_header(space);
    if (stream_headers_)
        stream_headers_->write(parts_.object.partition(), symbol, space.subspan(written));
}

void SenderOutput::on_run(Time now, const Transmit& out, ByteCount bytes) {
    const std::size_t n = out.count();
    parts_.stats.packets += n;
    parts_.stats.bytes += bytes;
    parts_.timing.on_data(now, bytes);
    parts_.rate.pacer().sent(now, bytes, n);
    parts_.history.mark(now);
    parts_.rate.control().on_sent(now, parts_.history.next(), bytes + n * Pacer::kPacketOverhead);
    parts_.take_rate();
}

void SenderOutput::on_all_new_sent() {
    // The flush tells receivers that lack something of the last block, before others are caught up.
    if (!parts_.object.catch_up_empty()) parts_.due.set(Due::flush);
    // The latest digests are sent again: one that was lost could only be asked for now, which takes
    // another round trip.
    const double latest = kDigestRounds * parts_.rate.rate().bytes_in(parts_.grtt.value());
    const double first = static_cast<double>(parts_.config.object.size) - latest;
    parts_.messages.request_digests_from(static_cast<ByteCount>(std::max(first, 0.0)));
}

// The header that all packets of a run share.
wire::Data SenderOutput::data_header(std::uint8_t flags) const {
    wire::Data data;
    data.sender = sender_fields();
    data.flags =
        static_cast<std::uint8_t>(parts_.config.object.type_flag() | wire::kFlagInfo | flags);
    data.fec_id = parts_.config.object.fec_id;
    data.object = parts_.config.object.id;
    return data;
}

}  // namespace mcast::protocol
