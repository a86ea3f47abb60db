// SPDX-License-Identifier: MIT
#include "session/send/symbol_run.hpp"

namespace mcast::session {
namespace {

// iovec knows no const; sending only reads.
iovec piece(const std::uint8_t* data, std::size_t size) {
    return {const_cast<std::uint8_t*>(data), size};
}

}  // namespace

net::Run SymbolRun::build(const protocol::Transmit& transmit) {
    if (transmit.kind() != protocol::Transmit::Kind::data) {
        const Bytes datagram = transmit.control();
        pieces_[0] = piece(datagram.data(), datagram.size());
        return {std::span(pieces_).first(1), datagram.size(), 1, 1};
    }
    parity_.prepare(transmit);
    const std::size_t count = transmit.count();
    for (std::size_t i = 0; i < count;) {
        const auto& symbol = transmit.symbol(i);
        if (!symbol.parity) {
            i = add_source(transmit, i);
        } else {
            add(transmit, i, parity_.symbol(symbol.block, symbol.symbol));
            ++i;
        }
    }
    const std::size_t segment = transmit.header_size() + transmit.symbol(0).size;
    return {std::span(pieces_).first(2 * count), segment, count, 2};
}

/// Adds the symbols that follow each other in a block. They lie side by side, so the source is
/// asked once for all of them. Returns the place in the run after them.
std::size_t SymbolRun::add_source(const protocol::Transmit& transmit, std::size_t first) {
    const auto& begin = transmit.symbol(first);
    std::size_t size = begin.size;
    std::size_t end = first + 1;
    for (; end < transmit.count(); ++end) {
        const auto& next = transmit.symbol(end);
        if (next.parity || next.block != begin.block || next.symbol != begin.symbol + (end - first))
            break;
        size += next.size;
    }
    const auto* payload = content(first, partition_.offset(begin.block, begin.symbol), size);
    for (std::size_t i = first; i < end; ++i) {
        add(transmit, i, payload);
        payload += transmit.symbol(i).size;
    }
    return end;
}

const std::uint8_t* SymbolRun::content(std::size_t slot, ByteCount offset, std::size_t size) {
    const Bytes there = source_.view(offset);
    if (there.size() >= size) return there.data();
    const std::size_t segment = partition_.segment_size();
    copies_.resize(protocol::Transmit::kMaxRun * segment);
    const auto room = MutableBytes(copies_).subspan(slot * segment, size);
    source_.read(offset, room);
    return room.data();
}

void SymbolRun::add(const protocol::Transmit& transmit, std::size_t i,
                    const std::uint8_t* payload) {
    pieces_[2 * i] = piece(transmit.header(i).data(), transmit.header_size());
    pieces_[2 * i + 1] = piece(payload, transmit.symbol(i).size);
}

}  // namespace mcast::session
