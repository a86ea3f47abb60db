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
    for (std::size_t i = 0; i < count; ++i) {
        const auto& symbol = transmit.symbol(i);
        pieces_[2 * i] = piece(transmit.header(i).data(), transmit.header_size());
        pieces_[2 * i + 1] = piece(resolve(symbol), symbol.size);
    }
    const std::size_t segment = transmit.header_size() + transmit.symbol(0).size;
    return {std::span(pieces_).first(2 * count), segment, count, 2};
}

const std::uint8_t* SymbolRun::resolve(const protocol::SymbolRef& symbol) const {
    if (symbol.parity) return parity_.symbol(symbol.block, symbol.symbol);
    return content_ + partition_.offset(symbol.block, symbol.symbol);
}

}  // namespace mcast::session
