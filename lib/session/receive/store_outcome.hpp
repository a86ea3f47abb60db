// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/units.hpp"
#include "storage/digest.hpp"

namespace mcast::session {

/// A chunk fits its digest, or does not.
struct Verdict {
    std::uint32_t chunk = 0;
    bool good = false;
};

/// All content below `offset` is verified: an ordered output passes it on.
struct Release {
    ByteCount offset = 0;
};
/// All content is there: the output gets its final name. The digest of the whole is empty if none
/// was offered.
struct Finish {
    storage::Digest root;
    std::string digest_text;
};
/// A task for the output, once content is stored. It may wait for a disk or a reader.
using OutputTask = std::variant<Release, Finish>;

/// The consequences of storing content.
struct StoreOutcome {
    std::vector<Verdict> verdicts;
    std::vector<OutputTask> tasks;  ///< in order
};

}  // namespace mcast::session
