// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "protocol/receive/receiver_parts.hpp"

namespace mcast::protocol {

/// The thing that a receiver waits for. The session has the words for it.
struct ReceiverWait {
    enum class Kind : std::uint8_t {
        nothing,
        offer,
        begin,         ///< the sender has not begun
        sender,        ///< the sender is silent, for `silence`
        others,        ///< faster receivers are served first
        repairs,       ///< all was sent, and some of it is missing here
        reader,        ///< the output has no room for more
        disk,          ///< all is there, the file gets its name
        confirmation,  ///< by the sender; if that is silent, for `silence`
    };
    Kind kind = Kind::nothing;
    Duration silence{};
    friend bool operator==(const ReceiverWait&, const ReceiverWait&) = default;
};

[[nodiscard]] ReceiverWait receiver_wait(const ReceiverParts& parts);

}  // namespace mcast::protocol
