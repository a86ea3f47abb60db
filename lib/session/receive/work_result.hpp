// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <mcast/error.hpp>

#include "base/units.hpp"
#include "session/receive/content_store.hpp"
#include "storage/digest.hpp"

namespace mcast::session {

/// The output is there; with a window, only content inside it may come.
struct Opened {
    std::optional<ByteCount> window;
    std::unique_ptr<ContentStore> store;  ///< the loop's, when it may fill the output itself
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
