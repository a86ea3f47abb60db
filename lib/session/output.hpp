// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "session/content_store.hpp"

namespace mcast::session {

/// Where the user wants it, and what the sender calls it.
struct Output {
    std::string path;     ///< folder, file, or what means a descriptor
    std::string offered;  ///< from the network
    bool overwrite = false;
    std::string id;  ///< of the session
};

/// What can be known before anything is offered; `name`: of the only offer that is taken, or empty.
/// To be called before the session opens descriptors of its own.
[[nodiscard]] Result<void> check_output(const std::string& path, const std::string& name,
                                        bool overwrite);

/// Opens it, on the worker's thread: it may wait for a disk. check_offer() must have passed.
/// Errors as of FileSink::create and PipeSink::create.
[[nodiscard]] Result<std::unique_ptr<ContentStore>> open_output(
    const Output& output, const protocol::ObjectParams& object,
    const protocol::DigestParams& digest);

}  // namespace mcast::session
