// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "base/units.hpp"
#include "fec/partition.hpp"

namespace mcast::protocol {

/// How much of the object an ordered output lets in: from what it has released on, `size` bytes.
/// It begins as small as will do, and grows when a long path uses it up although the output keeps
/// up with what it is given. An output that takes content anywhere has no window.
class ReceiveWindow {
  public:
    /// Lets nothing in: there is no object yet.
    ReceiveWindow() = default;
    /// At most `largest` bytes; without it, or when the object fits, there is no window.
    ReceiveWindow(const fec::BlockPartition& partition, std::optional<ByteCount> largest,
                  ByteCount chunk_size);

    /// The end of a stream has become known.
    void end_at(const fec::BlockPartition& partition) {
        partition_ = partition;
        find_end_block();
    }

    [[nodiscard]] bool limited() const { return size_.has_value(); }
    [[nodiscard]] std::optional<ByteCount> size() const { return size_; }
    /// One past the last block that may come in.
    [[nodiscard]] std::uint32_t end_block() const { return end_block_; }
    /// Where the window ends, for the sender; wire::Report::kNoWindow without one. It goes on
    /// beyond the end of the object: the sender sees that the output is still being written.
    [[nodiscard]] ByteCount end() const;

    /// Content below `offset` has left the output.
    void release(ByteCount offset);
    /// The end has moved a good part of the window since it was told: the sender may wait for it.
    [[nodiscard]] bool worth_telling() const;
    /// As end(), which is told to the sender now.
    [[nodiscard]] ByteCount tell();

    /// The state of the content when the window is about to be told.
    struct Use {
        std::uint32_t position = 0;   ///< the sender's new data has passed blocks below
        ByteCount ordered = 0;        ///< the output was told to write out all below
        bool awaits_network = false;  ///< the next chunk to write out has not come
        double bytes_in_flight = 0;   ///< that the sender sends in a round trip
        Duration grtt{};
    };
    /// Doubles it when it is used up though the output keeps up, at most once in a round trip.
    void widen(Time now, const Use& use);

  private:
    void find_end_block();

    fec::BlockPartition partition_;
    std::optional<ByteCount> size_;
    ByteCount largest_ = 0;
    ByteCount released_ = 0;
    ByteCount told_ = 0;  // its end, in the last report
    std::uint32_t end_block_ = 0;
    Time widened_{};
};

}  // namespace mcast::protocol
