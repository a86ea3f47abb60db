// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <mcast/error.hpp>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace mcast::protocol {

/// Why a receiver has failed. The words for it are the session's.
struct ReceiverError {
    enum class Why : std::uint8_t {
        given,             ///< by the driver: `message` and `system`
        no_offer,          ///< nothing was offered in time
        not_begun,         ///< it joined, but the transfer did not begin in time
        silent,            ///< nothing was heard from the sender for `silence`
        stands_still,      ///< the sender is there, but nothing new comes
        output_full,       ///< the reader of the output stands still
        wrong_content,     ///< what came does not match its digest, and nothing came that does
        wrong_chunk,       ///< `chunk` does not match its digest, `count` times
        other_digest,      ///< the sender has sent something else than what was verified
        given_up,          ///< by the sender, because of `reason`
        detached,          ///< by the sender
        left_out,          ///< the sender ended without waiting
        refused,           ///< the sender takes no more receivers
        joined_late,       ///< the beginning of the stream is gone
        node_taken,        ///< another machine takes part with the id `node`
        sender_cancelled,  ///< the sender says `message`
        sender_failed,     ///< because of `reason`; it says `message`
    };

    ErrorCode code = ErrorCode::internal;
    Why why = Why::given;
    int system = 0;
    std::string message;
    ErrorCode reason = ErrorCode::internal;
    NodeId node{};
    Duration silence{};
    std::uint32_t chunk = 0;
    int count = 0;

    /// An error of the driver.
    [[nodiscard]] static ReceiverError of(Error error) {
        return {.code = error.code, .system = error.system, .message = std::move(error.message)};
    }
    [[nodiscard]] std::string_view name() const { return error_info(code).name; }
    friend bool operator==(const ReceiverError&, const ReceiverError&) = default;
};

}  // namespace mcast::protocol
