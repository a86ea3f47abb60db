// SPDX-License-Identifier: MIT
#include "wire/norm/repair_request.hpp"

#include "base/assert.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint8_t kItems = 1;
constexpr std::uint8_t kRanges = 2;
constexpr std::uint8_t kLevels = kRequestSegment | kRequestBlock | kRequestObject;
constexpr std::size_t kRequestHeader = 4;
constexpr std::size_t kLengthOffset = 2;

/// True if the flags name at most one level, and are not empty. Bits that RFC 5740 reserves are
/// ignored.
bool flags_make_sense(std::uint8_t flags) {
    const int level = flags & kLevels;
    return (level & (level - 1)) == 0 && (level != 0 || (flags & kRequestInfo) != 0);
}

bool range_makes_sense(const RepairRequest& request) {
    const auto& [fec_id, object, id] = request.last;
    if (request.first.fec_id != fec_id) return false;
    const bool one_object = request.first.object == object;
    if (request.flags & kRequestSegment) {
        return one_object && request.first.id.block == id.block &&
               request.first.id.symbol <= id.symbol;
    }
    if (request.flags & kRequestBlock) return one_object && request.first.id.block <= id.block;
    const auto distance = static_cast<std::uint16_t>(raw(object) - raw(request.first.object));
    return distance < 0x8000;
}

/// Any part of a request that ends early makes its length wrong.
ParseError in_request(ParseError error) {
    return error == ParseError::truncated ? ParseError::request_length : error;
}

}  // namespace

bool RepairRequestWriter::add(const RepairRequest& request) {
    MCAST_ASSERT(flags_make_sense(request.flags) && range_makes_sense(request));
    const bool single = request.first == request.last;
    const std::uint8_t form = single ? kItems : kRanges;
    const std::size_t items = padded_position_size(request.first.fec_id) * (single ? 1 : 2);
    const std::size_t grown = written_ - open_ - kRequestHeader + items;
    const bool join = form == form_ && request.flags == flags_ && grown <= 0xffff;
    if (items + (join ? 0 : kRequestHeader) > out_.size() - written_) return false;

    Writer to(out_.subspan(written_));
    if (!join) {
        open_ = written_;
        form_ = form;
        flags_ = request.flags;
        to.u8(form);
        to.u8(request.flags);
        to.u16(0);
    }
    write_padded_position(to, request.first);
    if (!single) write_padded_position(to, request.last);
    written_ += to.written();
    Writer(out_.subspan(open_ + kLengthOffset, 2)).u16(written_ - open_ - kRequestHeader);
    return true;
}

Parsed<void> RepairRequestReader::open_request() {
    form_ = messages_.u8();
    flags_ = messages_.u8();
    const std::uint16_t length = messages_.u16();
    items_ = Reader(messages_.take(length));
    if (!messages_.ok()) return std::unexpected(ParseError::request_length);
    if (form_ != kItems && form_ != kRanges) return std::unexpected(ParseError::request_form);
    if (!flags_make_sense(flags_)) return std::unexpected(ParseError::request_flags);
    flags_ &= kLevels | kRequestInfo;
    return {};
}

Parsed<std::optional<RepairRequest>> RepairRequestReader::next() {
    if (items_.remaining() == 0) {
        if (messages_.remaining() == 0) return std::nullopt;
        const auto opened = open_request();
        if (!opened) return std::unexpected(opened.error());
    }
    const auto first = read_padded_position(items_);
    if (!first) return std::unexpected(in_request(first.error()));
    RepairRequest request{.flags = flags_, .first = *first, .last = *first};
    if (form_ == kRanges) {
        const auto last = read_padded_position(items_);
        if (!last) return std::unexpected(in_request(last.error()));
        request.last = *last;
        if (!range_makes_sense(request)) return std::unexpected(ParseError::request_range);
    }
    return request;
}

Parsed<std::size_t> count_requests(Bytes requests) {
    RepairRequestReader reader(requests);
    for (std::size_t count = 0;; ++count) {
        const auto request = reader.next();
        if (!request) return std::unexpected(request.error());
        if (!*request) return count;
    }
}

}  // namespace mcast::wire
