// SPDX-License-Identifier: MIT
#include "session/send/block_encoder.hpp"

#include <algorithm>
#include <cstring>

namespace mcast::session {

BlockEncoder::BlockEncoder(const protocol::ObjectParams& object, const std::uint8_t* content)
    : partition_(object.partition()),
      codec_(object.block_size, object.parity),
      content_(content),
      padded_(object.segment_size) {}

void BlockEncoder::encode(std::uint32_t block, std::uint16_t first,
                          std::span<std::uint8_t* const> rows) {
    const std::size_t length = partition_.parity_size(block);
    const auto symbols = static_cast<std::uint16_t>(partition_.block_length(block));
    sources_.clear();
    for (std::uint16_t i = 0; i < symbols; ++i) {
        const auto* source = content_ + partition_.offset(block, i);
        const std::size_t size = partition_.symbol_size(block, i);
        if (size < length) {
            std::ranges::fill(padded_, std::uint8_t{0});
            std::memcpy(padded_.data(), source, size);
            source = padded_.data();
        }
        sources_.push_back(source);
    }
    codec_.encode(sources_, length, first, rows);
}

}  // namespace mcast::session
