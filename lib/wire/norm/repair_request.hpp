// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "wire/norm/payload_id.hpp"
#include "wire/parse_error.hpp"

namespace mcast::wire {

// Repair requests, back to back in NACK and REPAIR_ADV (RFC 5740 section 4.3.1).
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   |     form      |     flags     |   length of the items, bytes  |
//   +---------------+---------------+-------------------------------+
//   |    fec_id     |   reserved    |      object_transport_id      |  an item
//   +---------------+---------------+-------------------------------+
//   |            payload id (4 with id 5, 8 with id 129)            |
//   +---------------------------------------------------------------+
//
// Form 1 ITEMS: each item alone. Form 2 RANGES: pairs of items, inclusive. Form 3 ERASURES is not
// used. NRL: its sender reads ERASURES as ITEMS.

/// The content that is requested: one of segment, block and object, and with or instead of it the
/// INFO.
inline constexpr std::uint8_t kRequestSegment = 1;
inline constexpr std::uint8_t kRequestBlock = 2;   ///< the symbol means nothing
inline constexpr std::uint8_t kRequestInfo = 4;    ///< alone: the payload id means nothing
inline constexpr std::uint8_t kRequestObject = 8;  ///< the payload id means nothing

using RequestItem = Position;

/// A request from `first` to `last`, inclusive; equal for a single item. After parsing, `last` is
/// never before `first`; both are in one block of one object with segment, and in one object with
/// block. Only requests for objects or INFO can span several objects (`last` after `first` in the
/// wrapping order of object ids).
struct RepairRequest {
    std::uint8_t flags = 0;
    RequestItem first{};
    RequestItem last{};
    friend bool operator==(const RepairRequest&, const RepairRequest&) = default;
};

/// Writes requests into a buffer of the caller, which must outlive it. Consecutive requests of
/// equal form and flags share one request header.
class RepairRequestWriter {
  public:
    explicit RepairRequestWriter(MutableBytes out) : out_(out) {}

    /// False if the request does not fit: nothing is written then, and a smaller one may still fit.
    [[nodiscard]] bool add(const RepairRequest& request);
    /// All bytes written so far.
    [[nodiscard]] Bytes finish() const { return out_.first(written_); }

  private:
    MutableBytes out_;
    std::size_t written_ = 0;
    std::size_t open_ = 0;   ///< begin of the request that can still grow
    std::uint8_t form_ = 0;  ///< form of that request; 0: none yet
    std::uint8_t flags_ = 0;
};

/// Steps through the requests of a message, one item or range at a time.
class RepairRequestReader {
  public:
    explicit RepairRequestReader(Bytes requests) : messages_(requests) {}

    /// The next request, nothing at the end, or the error of the rest.
    [[nodiscard]] Parsed<std::optional<RepairRequest>> next();

  private:
    [[nodiscard]] Parsed<void> open_request();

    Reader messages_;
    Reader items_{Bytes{}};
    std::uint8_t form_ = 0;
    std::uint8_t flags_ = 0;
};

/// The number of requests; an error if any of them is malformed.
[[nodiscard]] Parsed<std::size_t> count_requests(Bytes requests);

/// Calls each(const RepairRequest&) in order and returns the number of requests. All are checked
/// first: `each` is not called for a malformed message.
template <typename Each>
[[nodiscard]] Parsed<std::size_t> for_each_request(Bytes requests, Each&& each) {
    const auto count = count_requests(requests);
    if (!count) return count;
    RepairRequestReader reader(requests);
    for (auto request = reader.next(); request && *request; request = reader.next()) {
        each(static_cast<const RepairRequest&>(**request));
    }
    return count;
}

}  // namespace mcast::wire
