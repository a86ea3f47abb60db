// SPDX-License-Identifier: MIT
#pragma once

// The few file operations of the runtime directory. Links are not followed, and what is no
// regular file is not read: a FIFO under the name of a record must not hang `status`.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mcast::control {

/// The whole content; `io` when it is longer than the limit.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit);

/// Makes a file with mode 0600 of that content; `exists` when the name is taken.
[[nodiscard]] Result<void> create_file(const std::string& path, std::string_view content);

/// Replaces the file as a whole: a reader, or a crash at any moment, meets the old content or the
/// new one. `<path>.tmp` is used in between.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content);

}  // namespace mcast::control
