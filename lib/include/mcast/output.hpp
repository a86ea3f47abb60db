// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace mcast {

/// True if the output of ReceiveOptions means standard output: "-", /dev/stdout, /dev/fd/1 and
/// links to these. /dev/fd/N is another descriptor.
[[nodiscard]] bool is_standard_output(const std::string& output);

}  // namespace mcast
