// SPDX-License-Identifier: MIT
#include "wire/ack_report.hpp"

#include "base/assert.hpp"

namespace mcast::wire {
namespace {

bool is_digest_size(std::size_t size) {
    return size == 0 || size == 16 || size == 32;
}

Parsed<void> read_state(Reader& in, Report& report) {
    const std::uint8_t state = in.u8();
    report.phase = in.u8();
    report.error = in.u16();
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (state > static_cast<std::uint8_t>(ReportState::failed)) {
        return std::unexpected(ParseError::bad_value);
    }
    report.state = ReportState{state};
    return {};
}

void read_numbers(Reader& in, Report& report) {
    report.clock_us = in.u64();
    report.packets_received = in.u64();
    report.packets_expected = in.u64();
    report.bytes_received = in.u64();
    report.bytes_done = in.u64();
    report.rate_bps = in.u64();
    report.host_drops = in.u32();
    report.backlog = in.u32();
    report.backlog_limit = in.u32();
    report.loss = in.u16();
    report.sequence = in.u16();
    report.repaired = in.u32();
    report.nacks = in.u32();
    report.window_end = in.u64();
}

}  // namespace

Parsed<Report> Report::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::report);
    if (!in) return std::unexpected(in.error());
    Report report;
    report.transfer = in->u32();
    const auto state = read_state(*in, report);
    if (!state) return std::unexpected(state.error());
    read_numbers(*in, report);
    const std::size_t digest_size = in->u8();
    if (in->ok() && !is_digest_size(digest_size)) return std::unexpected(ParseError::bad_value);
    report.digest = in->take(digest_size);
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    const auto message = read_text16(*in);
    if (!message) return std::unexpected(message.error());
    report.message = *message;
    return report;
}

std::size_t Report::serialize(MutableBytes out) const {
    MCAST_ASSERT(is_digest_size(digest.size()));
    Writer to(out);
    write_private_head(to, PrivateKind::report);
    to.u32(transfer);
    to.u8(static_cast<std::uint8_t>(state));
    to.u8(phase);
    to.u16(error);
    to.u64(clock_us);
    to.u64(packets_received);
    to.u64(packets_expected);
    to.u64(bytes_received);
    to.u64(bytes_done);
    to.u64(rate_bps);
    to.u32(host_drops);
    to.u32(backlog);
    to.u32(backlog_limit);
    to.u16(loss);
    to.u16(sequence);
    to.u32(repaired);
    to.u32(nacks);
    to.u64(window_end);
    to.u8(digest.size());
    to.bytes(digest);
    write_text16(to, message);
    return to.written();
}

}  // namespace mcast::wire
