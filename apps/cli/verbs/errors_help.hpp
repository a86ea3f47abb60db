// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>

namespace mcast::cli {

/// --help-errors: number, name, exit status, meaning and hint of every error. Returns 0.
[[nodiscard]] int print_error_table(std::ostream& out);

}  // namespace mcast::cli
