// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "control/taken.hpp"
#include "protocol/object/object_params.hpp"
#include "storage/sink.hpp"

namespace mcast::session {

/// Where the user wants it, and what the sender calls it.
struct Output {
    std::string path;     ///< folder, file, or what means a descriptor
    std::string offered;  ///< from the network
    bool overwrite = false;
    std::string id;  ///< of the session
    std::optional<ByteCount> stored =
        {};  ///< what the content takes on the sender's disk, if known
};

/// What can be known before anything is offered; `name`: of the only offer that is taken, or empty.
/// To be called before the session opens descriptors of its own.
[[nodiscard]] Result<void> check_output(const std::string& path, const std::string& name,
                                        bool overwrite);

/// The transfers that this user's receivers have put where the path means, as far as their records
/// are kept: they are not taken there again.
[[nodiscard]] std::vector<control::Taken> taken_into(const std::string& path);

/// Opens it, on the worker's thread: it may wait for a disk. What is offered is valid.
/// Errors as of FileSink::create and PipeSink::create.
[[nodiscard]] Result<std::unique_ptr<storage::Sink>> open_output(
    const Output& output, const protocol::ObjectParams& object,
    const protocol::DigestParams& digest);

}  // namespace mcast::session
