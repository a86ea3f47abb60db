// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <sys/uio.h>

#include "net/batch_io.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/transmit.hpp"
#include "session/send/parity_cache.hpp"
#include "storage/source.hpp"

namespace mcast::session {

/// Turns a run of the core into the pieces of memory that the socket sends: headers where the core
/// wrote them, source symbols where the source has them, parity in the cache. Copies only symbols
/// that the source does not have in one piece. One thread.
class SymbolRun {
  public:
    /// `source` is the whole object; it and `parity` outlive this.
    SymbolRun(const protocol::ObjectParams& object, const storage::Source& source,
              ParityCache& parity)
        : partition_(object.partition()), source_(source), parity_(parity) {}

    /// Valid until the next build() and while `transmit` is not changed; its parity until the cache
    /// prepares another run.
    [[nodiscard]] net::Run build(const protocol::Transmit& transmit);

  private:
    [[nodiscard]] std::size_t add_source(const protocol::Transmit& transmit, std::size_t first);
    [[nodiscard]] const std::uint8_t* content(std::size_t slot, ByteCount offset, std::size_t size);
    void add(const protocol::Transmit& transmit, std::size_t i, const std::uint8_t* payload);

    fec::BlockPartition partition_;
    const storage::Source& source_;
    ParityCache& parity_;
    std::array<iovec, 2 * protocol::Transmit::kMaxRun> pieces_{};
    std::vector<std::uint8_t> copies_;  ///< of symbols that are not in one piece; mostly empty
};

}  // namespace mcast::session
