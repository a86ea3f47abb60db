// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <mcast/error.hpp>

namespace mcast::protocol {

struct ReceiverEvent {
    enum class Kind : std::uint8_t {
        offered,     ///< see offer(); answer with accept() or fail()
        joined,      ///< the sender has confirmed us
        started,     ///< the first content came
        warning,     ///< `text`
        unanswered,  ///< the offer's sender, which never confirmed us, is silent: put the output
                     ///< away, then listen(); `text` says so once a transfer
        ended,       ///< the last event; `error` empty: success
    };
    Kind kind;
    std::optional<Error> error;
    std::string text;
};

}  // namespace mcast::protocol
