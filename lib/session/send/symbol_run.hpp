// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include <sys/uio.h>

#include "net/batch_io.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/transmit.hpp"
#include "session/send/parity_cache.hpp"

namespace mcast::session {

/// Turns what the core hands out into pieces of memory that the socket sends from: headers where
/// the core wrote them, source symbols where the file is mapped, parity from the cache. Copies
/// nothing. One thread.
class SymbolRun {
  public:
    /// `content` is the whole object; it and `parity` outlive this.
    SymbolRun(const protocol::ObjectParams& object, const std::uint8_t* content,
              ParityCache& parity)
        : partition_(object.partition()), content_(content), parity_(parity) {}

    /// Valid until the next build(), and as long as `transmit` is not touched; what is parity,
    /// until the cache prepares another.
    [[nodiscard]] net::Run build(const protocol::Transmit& transmit);

  private:
    [[nodiscard]] const std::uint8_t* resolve(const protocol::SymbolRef& symbol) const;

    fec::BlockPartition partition_;
    const std::uint8_t* content_;
    ParityCache& parity_;
    std::array<iovec, 2 * protocol::Transmit::kMaxRun> pieces_{};
};

}  // namespace mcast::session
