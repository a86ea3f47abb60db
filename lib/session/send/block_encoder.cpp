// SPDX-License-Identifier: MIT
#include "session/send/block_encoder.hpp"

#include <algorithm>
#include <cstring>

namespace mcast::session {

BlockEncoder::BlockEncoder(const protocol::ObjectParams& object, const storage::Source& source)
    : partition_(object.partition()),
      codec_(object.block_size, object.parity),
      source_(source),
      padded_(object.segment_size) {}

void BlockEncoder::encode(std::uint32_t block, std::uint16_t first,
                          std::span<std::uint8_t* const> rows) {
    const std::size_t length = partition_.parity_size(block);
    const auto symbols = static_cast<std::uint16_t>(partition_.block_length(block));
    const auto* source = content(block);
    sources_.clear();
    for (std::uint16_t i = 0; i < symbols; ++i) {
        const std::size_t size = partition_.symbol_size(block, i);
        if (size == length) {
            sources_.push_back(source);
        } else {
            std::ranges::fill(padded_, std::uint8_t{0});
            std::memcpy(padded_.data(), source, size);
            sources_.push_back(padded_.data());
        }
        source += size;
    }
    codec_.encode(sources_, length, first, rows);
}

const std::uint8_t* BlockEncoder::content(std::uint32_t block) {
    const ByteCount offset = partition_.block_offset(block);
    const auto size = static_cast<std::size_t>(partition_.block_bytes(block));
    const Bytes there = source_.view(offset);
    if (there.size() >= size) return there.data();
    copy_.resize(size);
    source_.read(offset, copy_);
    return copy_.data();
}

}  // namespace mcast::session
