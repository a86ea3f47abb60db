// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/packet_io.hpp"
#include "protocol/receive/receiver.hpp"
#include "session/loop/origin.hpp"
#include "session/loop/real_clock.hpp"
#include "session/receive/receive_job.hpp"
#include "session/receive/receive_worker.hpp"

namespace mcast::session {

/// Reads the receiver's datagrams from the socket, gives them to the core, and their content to the
/// worker. Coalesced batches stay where the kernel put them. Single packets are gathered in one
/// buffer, so that they do not use up the pool. Allocates nothing for a packet. The loop's thread.
class ContentReader {
  public:
    explicit ContentReader(ReceiveWorker& worker) : worker_(worker) {}

    /// Reads the datagrams that have come, up to a bound, and opens them if there is a seal. Calls
    /// after(now, from, from_sender) when the core has handled one. Hands the batches to the
    /// worker. Error: network.
    template <typename After>
    [[nodiscard]] Result<void> read(protocol::Receiver& core, net::UdpSocket& socket,
                                    net::SessionSeal* seal, After&& after);
    /// Adds an order of the core, whether a datagram led to it or not.
    void add(protocol::Order&& order);
    /// Hands content and orders to the worker. To be called before the loop sleeps.
    void submit();

    /// False while the worker has all buffers. It announces when there are some again.
    [[nodiscard]] bool can_read() const { return slot_jobs_[0] != nullptr; }
    /// Gets as many buffers as it can use and the worker has.
    void refill();

  private:
    static constexpr std::size_t kSlots = 32;
    /// So few slots while batches are coalesced, to handle them before they leave the cache.
    static constexpr std::size_t kLargeSlots = 4;
    static constexpr int kRounds = 16;
    /// A datagram that is smaller is copied: that costs less than a buffer of its own.
    static constexpr std::size_t kGatherBelow = 16384;

    /// The job that content and orders are added to.
    [[nodiscard]] ReceiveJob& target();
    void begin(std::size_t slot);
    void place(const protocol::Placement& placement);
    void end_batch();
    void compact();

    ReceiveWorker& worker_;
    std::array<net::ReceiveSlot, kSlots> slots_{};
    std::array<std::unique_ptr<ReceiveJob>, kSlots> slot_jobs_{};  ///< from the front, no holes
    std::unique_ptr<ReceiveJob> batch_;                            ///< the coalesced batch at hand
    std::unique_ptr<ReceiveJob> gather_;                           ///< single packets, and orders
    std::vector<std::unique_ptr<ReceiveJob>> ready_;
    bool large_ = false;  ///< the last datagrams were coalesced
};

template <typename After>
Result<void> ContentReader::read(protocol::Receiver& core, net::UdpSocket& socket,
                                 net::SessionSeal* seal, After&& after) {
    for (int round = 0; round < kRounds; ++round) {
        refill();
        std::size_t usable = 0;
        while (usable < kSlots && slot_jobs_[usable]) ++usable;
        if (usable == 0) return {};
        if (large_) usable = std::min(usable, kLargeSlots);
        Time now{};
        const auto take = [&](std::size_t i) {
            if (i == 0) now = real_now();
            const auto& slot = slots_[i];
            const protocol::Origin from = origin_of(slot.from);
            begin(i);
            net::each_packet(slot, [&](MutableBytes packet) {
                const auto message = net::open_packet(seal, now, packet);
                if (!message) return;
                const protocol::Handled handled = core.handle(now, *message, from);
                place(handled.placement);
                after(now, slot.from, handled.from_sender);
            });
            end_batch();
        };
        const auto count = net::receive_packets(socket, std::span(slots_).first(usable), take);
        if (!count) return std::unexpected(count.error());
        large_ = *count > 0 && slots_[0].length >= kGatherBelow;
        submit();
        if (*count < usable) return {};
    }
    return {};
}

}  // namespace mcast::session
