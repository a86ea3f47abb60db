// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/aead.hpp"
#include "crypto/sealer.hpp"
#include "net/batch_io.hpp"

namespace mcast::net {

/// Seals one run of packets after the other, each when it is sent for the first time and on the
/// thread that sends it. What the socket had no room for is sent again as it was sealed, so that no
/// counter is used twice. Allocates only for the first and for longer runs.
class RunSealer {
  public:
    /// `spoilt`: true once the source that runs refer to has lost content, so that nothing that was
    /// read from it since may leave. Any thread. Empty: that cannot happen.
    explicit RunSealer(std::function<bool()> spoilt = {}) : spoilt_(std::move(spoilt)) {}

    /// The next run is to be sealed with these counters, of which there are as many as packets.
    void begin(crypto::Reservation counters, bool reads_source = false) {
        counters_.emplace(std::move(counters));
        reads_source_ = reads_source;
    }
    /// The packets of `left`, which is the run that was begun or the rest of it. Valid until the
    /// next run is sealed. Empty: what was read was spoilt.
    [[nodiscard]] std::optional<Run> seal(const Run& left);

  private:
    void seal_all(const Run& run);

    std::function<bool()> spoilt_;
    bool reads_source_ = false;
    bool all_good_ = true;  ///< of the run that was sealed last
    crypto::Aead aead_{crypto::Aead::Direction::seal};
    std::optional<crypto::Reservation> counters_;  ///< of a run that is not sealed yet
    std::vector<std::uint8_t> memory_;
    std::vector<iovec> packets_;  ///< of the run that was sealed last
};

}  // namespace mcast::net
