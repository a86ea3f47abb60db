// SPDX-License-Identifier: MIT
#pragma once

// The few file operations of the runtime directory. They do not follow links and read only regular
// files: a FIFO under the name of a record must not hang `status`.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mcast::control {

/// The whole content; `io` if it is longer than the limit.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit);

/// Makes a file with that content and mode 0600; `exists` if the name is taken.
[[nodiscard]] Result<void> create_file(const std::string& path, std::string_view content);

/// Replaces the file as a whole: a reader finds the old content or the new one, even after a crash.
/// Uses `<path>.tmp` in between.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content);

}  // namespace mcast::control
