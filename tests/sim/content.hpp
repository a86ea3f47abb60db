// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "fec/block_codec.hpp"
#include "fec/partition.hpp"
#include "protocol/receive/receiver.hpp"
#include "sim/datagram.hpp"
#include "sim/scenario.hpp"

namespace mcast::sim {

/// What is transferred. Digests are a toy hash, so that a corrupted byte is noticed; without
/// content everything is zeros and every digest the same.
class Content {
  public:
    Content(const Scenario& scenario, Rng& rng);

    [[nodiscard]] const fec::BlockPartition& partition() const { return partition_; }
    [[nodiscard]] const std::vector<std::uint8_t>& source() const { return source_; }
    [[nodiscard]] bool real() const { return real_; }
    [[nodiscard]] std::uint16_t parity() const { return parity_; }

    /// The packet of a symbol, with that header.
    [[nodiscard]] Datagram datagram(Bytes header, const protocol::SymbolRef& symbol) const;
    [[nodiscard]] std::vector<std::uint8_t> digest(std::uint32_t chunk) const;
    [[nodiscard]] bool matches(std::uint32_t chunk, const std::vector<std::uint8_t>& held) const;
    /// Computes what `order` says is missing in `held` from the parity symbols held.
    void decode(const protocol::Order& order, std::vector<std::uint8_t>& held,
                const std::vector<std::vector<std::uint8_t>>& parity) const;
    void forget(std::uint32_t block, std::vector<std::vector<std::uint8_t>>& parity) const;

  private:
    [[nodiscard]] std::vector<std::uint8_t> parity_symbol(std::uint32_t block,
                                                          std::uint16_t j) const;
    [[nodiscard]] Bytes chunk_of(const std::vector<std::uint8_t>& bytes, std::uint32_t c) const;

    bool real_;
    std::uint16_t parity_;
    std::uint32_t chunk_;
    fec::BlockPartition partition_;
    fec::BlockCodec codec_;
    std::vector<std::uint8_t> source_;
};

}  // namespace mcast::sim
