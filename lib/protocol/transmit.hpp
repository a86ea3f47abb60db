// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "wire/norm/message.hpp"

namespace mcast::protocol {

/// One symbol that goes out in a run of data packets; the driver resolves it to memory.
struct SymbolRef {
    std::uint32_t block = 0;
    std::uint16_t symbol = 0;  ///< source: index in the block; parity: index of the parity symbol
    bool parity = false;
    std::uint32_t size = 0;  ///< bytes of payload
};

/// The output of a core: either one complete control datagram, or a run of DATA packets of equal
/// length, except that the last can be shorter. The core never owns payload: a run holds headers by
/// value and references to symbols.
class Transmit {
  public:
    static constexpr std::size_t kMaxRun = 64;
    static constexpr std::size_t kMaxDatagram = 9000;
    static constexpr std::size_t kMaxDataHeader = 32;

    enum class Kind : std::uint8_t { none, control, data };

    void clear() {
        kind_ = Kind::none;
        size_ = 0;
    }
    [[nodiscard]] Kind kind() const { return kind_; }

    /// For control: the space to serialise into; then call set_control(bytes written).
    [[nodiscard]] MutableBytes control_space() { return control_; }
    void set_control(std::size_t bytes) {
        kind_ = Kind::control;
        size_ = bytes;
    }
    [[nodiscard]] Bytes control() const { return Bytes(control_).first(size_); }

    /// For data: the space for the next packet's header; then call add(its symbol).
    [[nodiscard]] MutableBytes next_header() { return headers_[size_]; }
    void add(SymbolRef symbol) {
        kind_ = Kind::data;
        symbols_[size_++] = symbol;
    }
    void set_header_size(std::size_t bytes) { header_size_ = bytes; }
    [[nodiscard]] std::size_t count() const { return kind_ == Kind::data ? size_ : 0; }
    [[nodiscard]] std::size_t header_size() const { return header_size_; }
    [[nodiscard]] Bytes header(std::size_t i) const {
        return Bytes(headers_[i]).first(header_size_);
    }
    [[nodiscard]] const SymbolRef& symbol(std::size_t i) const { return symbols_[i]; }
    /// True for a run of data without parity.
    [[nodiscard]] bool only_source() const {
        return kind_ == Kind::data &&
               std::ranges::none_of(std::span(symbols_).first(size_), &SymbolRef::parity);
    }

  private:
    Kind kind_ = Kind::none;
    std::size_t size_ = 0;
    std::size_t header_size_ = 0;
    std::array<std::array<std::uint8_t, kMaxDataHeader>, kMaxRun> headers_;
    std::array<SymbolRef, kMaxRun> symbols_;
    std::array<std::uint8_t, kMaxDatagram> control_;
};

}  // namespace mcast::protocol
