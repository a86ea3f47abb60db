// SPDX-License-Identifier: MIT
#include "protocol/send/stream_headers.hpp"

#include <algorithm>
#include <array>

namespace mcast::protocol {
namespace {

// The code is fastest on whole cache lines.
constexpr std::size_t kRow = 64;

// NRL's receiver takes each symbol of zeros for the end of the stream, so those that fill up the
// last block behind it say that a message begins.
wire::StreamHeader header_of(const fec::BlockPartition& partition, std::uint32_t block,
                             std::uint16_t symbol) {
    const std::uint16_t length = partition.block_length(block);
    if (symbol == length) return StreamHeaders::end_of(partition);
    if (symbol > length) return {.length = 0, .msg_start = 1, .offset = 0};
    const bool first = block == 0 && symbol == 0;
    return {.length = partition.symbol_size(block, symbol),
            .msg_start = first ? std::uint16_t{1} : std::uint16_t{0},
            .offset = static_cast<std::uint32_t>(partition.offset(block, symbol))};
}

}  // namespace

StreamHeaders::StreamHeaders(const ObjectParams& object)
    : codec_(object.block_size, object.parity) {
    rows_.resize(std::size_t{object.block_size} * kRow);
    for (std::size_t i = 0; i < object.block_size; ++i) sources_.push_back(&rows_[i * kRow]);
}

void StreamHeaders::write(const fec::BlockPartition& partition, const SymbolRef& symbol,
                          MutableBytes out) {
    if (!symbol.parity) return header_of(partition, symbol.block, symbol.symbol).serialize(out);
    if (symbol.block != block_ || size_ != partition.object_size()) fill(partition, symbol.block);
    std::array<std::uint8_t, kRow> row;
    std::array<std::uint8_t*, 1> rows{row.data()};
    codec_.encode(sources_, kRow, symbol.symbol, rows);
    std::copy_n(row.begin(), wire::StreamHeader::kSize, out.begin());
}

void StreamHeaders::fill(const fec::BlockPartition& partition, std::uint32_t block) {
    for (std::size_t i = 0; i < sources_.size(); ++i)
        header_of(partition, block, static_cast<std::uint16_t>(i))
            .serialize(MutableBytes(rows_).subspan(i * kRow, wire::StreamHeader::kSize));
    block_ = block;
    size_ = partition.object_size();
}

}  // namespace mcast::protocol
