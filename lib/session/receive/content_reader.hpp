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

/// Takes the receiver's datagrams from the socket through the core to the worker. Coalesced
/// batches stay where the kernel put them; single packets are gathered, so that the bounded pool
/// is not used up by them. Nothing is allocated for a packet. The loop's thread.
class ContentReader {
  public:
    explicit ContentReader(ReceiveWorker& worker) : worker_(worker) {}

    /// Reads what is there, within a bound; calls after(now, from) after each datagram that the
    /// core has handled. Hands nothing to the worker before submit(). Error: network.
    template <typename After>
    [[nodiscard]] Result<void> read(protocol::Receiver& core, net::UdpSocket& socket,
                                    After&& after);
    /// An order that did not come with a datagram, or that the last one led to.
    void add(protocol::Order&& order);
    /// Hands over what has come up; to be called before the loop sleeps.
    void submit();

    /// False while the worker has all buffers: it announces when there are some again.
    [[nodiscard]] bool can_read() const { return slot_jobs_[0] != nullptr; }
    /// Gets buffers, as far as there are any.
    void refill();

  private:
    static constexpr std::size_t kSlots = 32;
    /// Of coalesced batches so many: they are dealt with before they leave the cache.
    static constexpr std::size_t kLargeSlots = 4;
    static constexpr int kRounds = 16;
    /// Copying less than this costs less than a buffer of its own.
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
    std::unique_ptr<ReceiveJob> batch_;                            ///< the coalesced one at hand
    std::unique_ptr<ReceiveJob> gather_;                           ///< single packets, and orders
    std::vector<std::unique_ptr<ReceiveJob>> ready_;
    bool large_ = false;  ///< what came last was coalesced
};

template <typename After>
Result<void> ContentReader::read(protocol::Receiver& core, net::UdpSocket& socket, After&& after) {
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
            net::each_packet(slot, [&](Bytes packet) {
                place(core.handle(now, packet, from));
                after(now, slot.from);
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
