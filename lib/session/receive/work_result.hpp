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

/// The output is open. With a window, the core may place only content inside it.
struct Opened {
    std::optional<ByteCount> window;
    std::unique_ptr<ContentStore> store;  ///< the loop's, when it may fill the output itself
};
/// An ordered output has passed on all content below `offset`.
struct Released {
    ByteCount offset = 0;
};
/// The output has its final name; it is empty when a command took the content. The digest of the
/// whole is empty if none was offered.
struct Finished {
    std::string path;
    storage::Digest root;
    std::string digest_text;
};
/// Nothing more is written. The session has to end with that error.
struct Failed {
    Error error;
};
/// The unfinished output is put away. Content that was received is left at `part`, if there was
/// any.
struct Abandoned {
    std::optional<std::string> part;
};

/// The results of the receive worker for the loop.
using WorkResult = std::variant<Opened, Verdict, Released, Finished, Failed, Abandoned>;

}  // namespace mcast::session
