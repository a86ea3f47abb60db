// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "protocol/due_set.hpp"

namespace mcast::protocol {

/// The messages of the sender that something has made due. Those that are no NORM command are
/// CMD(APPLICATION), and INFO.
enum class Due : std::uint8_t {
    info,
    offer,
    probe,
    squelch,
    flush,
    repair_adv,
    digests,
    receiver_states,
    end,
    eot
};

using DueMessages = DueSet<Due>;

}  // namespace mcast::protocol
