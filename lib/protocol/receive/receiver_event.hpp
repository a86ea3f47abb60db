// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/receive/receiver_error.hpp"
#include "protocol/receive/receiver_notice.hpp"

namespace mcast::protocol {

struct ReceiverEvent {
    enum class Kind : std::uint8_t {
        offered,     ///< see offer(); answer with accept() or fail()
        joined,      ///< the sender has confirmed us
        started,     ///< the first content came
        warning,     ///< `notice`
        unanswered,  ///< the offer's sender, which never confirmed us, is silent: put the output
                     ///< away, then listen(); `notice` says so once a transfer
        ended,       ///< the last event; `error` empty: success
    };
    Kind kind;
    std::optional<ReceiverError> error{};
    ReceiverNotice notice{};
};

}  // namespace mcast::protocol
