// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "net/packet_io.hpp"

namespace mcast::session {

/// Receives datagrams that are small and rare beside the content: feedback at the sender, offers in
/// discover(). Each datagram is handed out where it lies, and may be overwritten. One thread.
class BatchReader {
  public:
    BatchReader() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kSlots * kBytes)) {
        for (std::size_t i = 0; i < kSlots; ++i) {
            slots_[i].buffer = {memory_.get() + i * kBytes, kBytes};
        }
    }

    /// Calls take(datagram, from) for each datagram that has come, up to a bound, so that the
    /// loop gets on with its other work. Error: network.
    template <typename Take>
    [[nodiscard]] Result<void> receive(net::UdpSocket& socket, Take&& take) {
        for (int round = 0; round < kRounds; ++round) {
            const auto count = net::receive_packets(socket, slots_, [&](std::size_t i) {
                const auto& slot = slots_[i];
                net::each_packet(slot, [&](MutableBytes packet) { take(packet, slot.from); });
            });
            if (!count) return std::unexpected(count.error());
            if (*count < kSlots) break;
        }
        return {};
    }

  private:
    static constexpr std::size_t kSlots = 16;
    static constexpr std::size_t kBytes = net::kSlotBytes;
    static constexpr int kRounds = 4;

    std::unique_ptr<std::uint8_t[]> memory_;
    std::array<net::ReceiveSlot, kSlots> slots_;
};

}  // namespace mcast::session
