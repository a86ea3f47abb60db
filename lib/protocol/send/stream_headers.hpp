// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fec/block_codec.hpp"
#include "fec/partition.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/transmit.hpp"
#include "wire/norm/stream_header.hpp"

namespace mcast::protocol {

/// The heads of a stream's symbols: of a source symbol its place, of a parity symbol the parity of
/// these. They follow from the partition alone, so the core makes them and the driver codes only
/// content.
class StreamHeaders {
  public:
    explicit StreamHeaders(const ObjectParams& object);

    /// The header that is all of the first symbol behind the end: the control code of the end.
    [[nodiscard]] static wire::StreamHeader end_of(const fec::BlockPartition& partition) {
        return {.length = 0,
                .msg_start = 0,
                .offset = static_cast<std::uint32_t>(partition.object_size())};
    }

    /// Writes wire::StreamHeader::kSize bytes.
    void write(const fec::BlockPartition& partition, const SymbolRef& symbol, MutableBytes out);

  private:
    void fill(const fec::BlockPartition& partition, std::uint32_t block);

    fec::BlockCodec codec_;
    // The block whose parity was written last, a row a symbol.
    std::uint32_t block_ = UINT32_MAX;
    ByteCount size_ = 0;  // of the stream, as the rows have it
    std::vector<std::uint8_t> rows_;
    std::vector<const std::uint8_t*> sources_;
};

}  // namespace mcast::protocol
