// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "net/udp_socket.hpp"

namespace mcast::session {

/// Receives what is small and rare beside the content: feedback at the sender, offers in
/// discover(). Each datagram is looked at where it lies. One thread.
class FeedbackSlots {
  public:
    FeedbackSlots() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kSlots * kBytes)) {
        for (std::size_t i = 0; i < kSlots; ++i) {
            slots_[i].buffer = {memory_.get() + i * kBytes, kBytes};
        }
    }

    /// Calls take(datagram, from) for each one that is there, up to a bound that lets others have
    /// their turn. Error: network.
    template <typename Take>
    [[nodiscard]] Result<void> receive(net::UdpSocket& socket, Take&& take) {
        for (int round = 0; round < kRounds; ++round) {
            const auto count = socket.receive(slots_);
            if (!count) return std::unexpected(count.error());
            for (std::size_t i = 0; i < *count; ++i) split(slots_[i], take);
            if (*count < kSlots) break;
        }
        return {};
    }

  private:
    static constexpr std::size_t kSlots = 16;
    static constexpr std::size_t kBytes = net::kSlotBytes;
    static constexpr int kRounds = 4;

    template <typename Take>
    static void split(const net::ReceiveSlot& slot, Take& take) {
        for (std::size_t at = 0; at < slot.length; at += slot.segment) {
            const auto size = std::min(slot.segment, slot.length - at);
            take(Bytes(slot.buffer).subspan(at, size), slot.from);
        }
    }

    std::unique_ptr<std::uint8_t[]> memory_;
    std::array<net::ReceiveSlot, kSlots> slots_;
};

}  // namespace mcast::session
