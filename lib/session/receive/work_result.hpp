// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <mcast/error.hpp>

#include "base/units.hpp"
#include "storage/digest.hpp"

namespace mcast::session {

class ContentStore;

/// The output is there; with a window, only content inside it may come.
struct Opened {
    std::optional<ByteCount> window;
    ContentStore* in_memory = nullptr;  ///< what comes is stored without delay
};
/// A chunk is, or is not, what its digest says.
struct Verdict {
    std::uint32_t chunk = 0;
    bool good = false;
};
/// An ordered output has passed on all content below.
struct Released {
    ByteCount offset = 0;
};
/// The output has its final name; the digest of the whole, empty if none was offered.
struct Finished {
    std::string path;
    storage::Digest root;
    std::string digest_text;
};
/// Nothing more is written; the session is to end with that error.
struct Failed {
    Error error;
};
/// The unfinished output is put away; what was received of it is in `part`, if anything was.
struct Abandoned {
    std::optional<std::string> part;
};

/// What the receive worker has to tell the loop.
using WorkResult = std::variant<Opened, Verdict, Released, Finished, Failed, Abandoned>;

}  // namespace mcast::session
