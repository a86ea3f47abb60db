// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "protocol/receive/receiver.hpp"

namespace mcast::session {

/// Datagrams that arrived together, and the core's placements and orders for them. The loop fills a
/// job, the worker does it and gives the memory back; exactly one thread holds it at a time. A job
/// without memory carries orders alone.
struct ReceiveJob {
    static constexpr std::size_t kBytes = 65536;  ///< a whole coalesced batch

    /// A placement of content inside `bytes`. It has an offset instead of a pointer, so that the
    /// content can move to another job.
    struct Piece {
        protocol::Placement::Kind kind;
        std::uint16_t symbol;
        std::uint32_t block;
        std::uint32_t at;
        std::uint32_t length;
        ByteCount offset;
    };
    struct PlacedOrder {
        std::size_t after;  ///< the number of pieces before it
        protocol::Order order;
    };

    std::unique_ptr<std::uint8_t[]> bytes;
    bool pooled = false;      ///< goes back to the pool
    std::size_t used = 0;     ///< of `bytes`
    std::size_t payload = 0;  ///< bytes of content, which wait for the disk
    ByteCount zeros = 0;      ///< bytes of zeros that are to be put
    std::vector<Piece> pieces;
    std::vector<PlacedOrder> orders;

    [[nodiscard]] MutableBytes buffer() { return {bytes.get(), bytes ? kBytes : 0}; }
    [[nodiscard]] Bytes content(const Piece& piece) const {
        return {bytes.get() + piece.at, piece.length};
    }
    [[nodiscard]] bool empty() const { return pieces.empty() && orders.empty(); }

    /// Adds content that already lies in this job's memory.
    void add(const protocol::Placement& placement) {
        add(placement, static_cast<std::uint32_t>(placement.payload.data() - bytes.get()));
    }
    /// Copies content from elsewhere. False: there is no room.
    [[nodiscard]] bool gather(const protocol::Placement& placement) {
        if (!bytes || kBytes - used < placement.payload.size()) return false;
        std::memcpy(bytes.get() + used, placement.payload.data(), placement.payload.size());
        add(placement, static_cast<std::uint32_t>(used));
        used += placement.payload.size();
        return true;
    }
    void add(protocol::Order&& order) {
        if (order.kind == protocol::Order::Kind::zeros) zeros += order.end - order.offset;
        orders.push_back({pieces.size(), std::move(order)});
    }

    /// Takes over the content and orders of `later`, whose content was gathered. False: there is no
    /// room, and nothing was done.
    [[nodiscard]] bool absorb(ReceiveJob& later) {
        if (!bytes || kBytes - used < later.used || later.zeros > 0) return false;
        const std::size_t before = pieces.size();
        if (later.used > 0) std::memcpy(bytes.get() + used, later.bytes.get(), later.used);
        for (auto piece : later.pieces) {
            piece.at += static_cast<std::uint32_t>(used);
            pieces.push_back(piece);
        }
        for (auto& placed : later.orders) {
            orders.push_back({before + placed.after, std::move(placed.order)});
        }
        used += later.used;
        payload += later.payload;
        return true;
    }

    void clear() {
        used = 0;
        payload = 0;
        zeros = 0;
        pieces.clear();
        orders.clear();
    }

  private:
    void add(const protocol::Placement& placement, std::uint32_t at) {
        const auto length = static_cast<std::uint32_t>(placement.payload.size());
        pieces.push_back(
            {placement.kind, placement.symbol, placement.block, at, length, placement.offset});
        payload += length;
    }
};

}  // namespace mcast::session
