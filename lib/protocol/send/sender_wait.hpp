// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol {

/// A thing that a sender waits for. The words for it are the session's.
struct SenderWait {
    enum class Kind : std::uint8_t {
        nothing,
        first,         ///< for the first receiver
        receivers,     ///< for `count` more of `wanted`, among them `names`
        verification,  ///< for `count` receivers that have all
        readers,       ///< for the programs to end that took the content, at `names`
        repair,        ///< for `count` receivers that lack something
        silent,        ///< for receivers that are all silent: `names`, the longest for `silence`
        output,        ///< for room in the output of names[0]; if that is silent, for `silence`
        buffer,        ///< for names[0] to verify what the buffer of a stream still holds for it
        content,       ///< for content of a stream
    };
    Kind kind = Kind::nothing;
    std::size_t count = 0;
    std::size_t wanted = 0;
    std::vector<std::string> names;
    Duration silence{};
};

[[nodiscard]] SenderWait sender_wait(const SenderParts& parts);

}  // namespace mcast::protocol
