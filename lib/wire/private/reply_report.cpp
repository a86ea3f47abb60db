// SPDX-License-Identifier: MIT
#include "wire/private/reply_report.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint8_t kHasDrops = 0x01;
constexpr std::uint8_t kHasBacklog = 0x02;
constexpr std::uint8_t kHasWindow = 0x04;
constexpr std::uint8_t kHasError = 0x08;
constexpr std::uint8_t kHasRoot = 0x10;
constexpr std::uint8_t kReaderAtWork = 0x20;

std::uint8_t parts_of(const Report& report) {
    return static_cast<std::uint8_t>(
        (report.host_drops != 0 ? kHasDrops : 0) | (report.backlog_limit != 0 ? kHasBacklog : 0) |
        (report.window_end != Report::kNoWindow ? kHasWindow : 0) |
        (report.error != 0 ? kHasError : 0) | (!report.root.empty() ? kHasRoot : 0) |
        (report.reader_at_work ? kReaderAtWork : 0));
}

Parsed<void> read_parts(Reader& in, std::uint8_t parts, Report& report) {
    if (parts & kHasDrops) report.host_drops = in.u32();
    if (parts & kHasBacklog) {
        report.backlog = in.u32();
        report.backlog_limit = in.u32();
    }
    if (parts & kHasWindow) report.window_end = in.u48();
    if (parts & kHasError) {
        report.error = in.u16();
        const auto message = read_text16(in);
        if (!message) return std::unexpected(message.error());
        if (report.error != 0) report.message = *message;
    }
    if (parts & kHasRoot) {
        const auto root = read_root(in);
        if (!root) return std::unexpected(root.error());
        report.root = *root;
    }
    report.reader_at_work = (parts & kReaderAtWork) != 0;
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    return {};
}

}  // namespace

Parsed<Report> Report::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::report);
    if (!in) return std::unexpected(in.error());
    Report report;
    report.transfer = in->u32();
    report.echo = in->u32();
    const std::uint8_t state = in->u8();
    const std::uint8_t parts = in->u8();
    report.sequence = in->u16();
    report.loss = in->u16();
    report.rate = in->u16();
    report.packets_received = in->u48();
    report.packets_expected = in->u48();
    report.bytes_done = in->u48();
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    if (state > static_cast<std::uint8_t>(ReportState::failed))
        return std::unexpected(ParseError::bad_value);
    report.state = ReportState{state};
    if (const auto read = read_parts(*in, parts, report); !read)
        return std::unexpected(read.error());
    return report;
}

std::size_t Report::serialize(MutableBytes out) const {
    const std::uint8_t parts = parts_of(*this);
    Writer to(out);
    write_private_head(to, PrivateKind::report);
    to.u32(transfer);
    to.u32(echo);
    to.u8(static_cast<std::uint8_t>(state));
    to.u8(parts);
    to.u16(sequence);
    to.u16(loss);
    to.u16(rate);
    to.u48(packets_received & kMost48);
    to.u48(packets_expected & kMost48);
    to.u48(bytes_done & kMost48);
    if (parts & kHasDrops) to.u32(host_drops);
    if (parts & kHasBacklog) {
        to.u32(backlog);
        to.u32(backlog_limit);
    }
    if (parts & kHasWindow) to.u48(window_end & kMost48);
    if (parts & kHasError) {
        to.u16(error);
        write_text16(to, message);
    }
    if (parts & kHasRoot) write_root(to, root);
    return to.written();
}

}  // namespace mcast::wire
