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

/// What is asked for: one of segment, block and object, and with or instead of it the INFO.
inline constexpr std::uint8_t kRequestSegment = 1;
inline constexpr std::uint8_t kRequestBlock = 2;   ///< the symbol means nothing
inline constexpr std::uint8_t kRequestInfo = 4;    ///< alone: the payload id means nothing
inline constexpr std::uint8_t kRequestObject = 8;  ///< the payload id means nothing

using RequestItem = Position;

/// From `first` to `last`, inclusive; equal for a single item. As parsed: with segment both are in
/// one block of one object, with block in one object, and never is `last` before `first`. Only
/// requests for objects or INFO can span several objects (`last` after `first` in the wrapping
/// order of object ids).
struct RepairRequest {
    std::uint8_t flags = 0;
    RequestItem first{};
    RequestItem last{};
    friend bool operator==(const RepairRequest&, const RepairRequest&) = default;
};

/// Writes requests into a buffer of the caller's, which must outlive it. Consecutive ones of the
/// same form and flags share one request header.
class RepairRequestWriter {
  public:
    explicit RepairRequestWriter(MutableBytes out) : out_(out) {}

    /// False when it does not fit: nothing is written then, and a smaller one may still fit.
    [[nodiscard]] bool add(const RepairRequest& request);
    /// All that was written so far.
    [[nodiscard]] Bytes finish() const { return out_.first(written_); }

  private:
    MutableBytes out_;
    std::size_t written_ = 0;
    std::size_t open_ = 0;   ///< where the request that may grow begins
    std::uint8_t form_ = 0;  ///< of it; 0: none yet
    std::uint8_t flags_ = 0;
};

/// Steps through the requests of a message, one item or range a step.
class RepairRequestReader {
  public:
    explicit RepairRequestReader(Bytes requests) : messages_(requests) {}

    /// The next one, nothing at the end, or what is wrong with the rest.
    [[nodiscard]] Parsed<std::optional<RepairRequest>> next();

  private:
    [[nodiscard]] Parsed<void> open_request();

    Reader messages_;
    Reader items_{Bytes{}};
    std::uint8_t form_ = 0;
    std::uint8_t flags_ = 0;
};

/// How many requests there are; an error when any of them is malformed.
[[nodiscard]] Parsed<std::size_t> count_requests(Bytes requests);

/// Calls each(const RepairRequest&) in order and returns how many there were. All of them are
/// checked first: of a malformed message `each` sees nothing.
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
