// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/units.hpp"
#include "storage/digest.hpp"

namespace mcast::session {

/// A chunk is, or is not, what its digest says.
struct Verdict {
    std::uint32_t chunk = 0;
    bool good = false;
};

/// All content below is verified: an ordered output passes it on.
struct Release {
    ByteCount offset = 0;
};
/// All content is there: the output gets its final name. The digest of the whole, empty if none was
/// offered.
struct Finish {
    storage::Digest root;
    std::string digest_text;
};
/// What the output has to do about content that is stored; it may wait for a disk or a reader.
using OutputTask = std::variant<Release, Finish>;

/// What storing content has led to.
struct StoreOutcome {
    std::vector<Verdict> verdicts;
    std::vector<OutputTask> tasks;  ///< in order
};

}  // namespace mcast::session
