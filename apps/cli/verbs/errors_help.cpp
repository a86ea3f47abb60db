// SPDX-License-Identifier: MIT
#include "cli/verbs/errors_help.hpp"

#include <fmt/format.h>

#include <mcast/error.hpp>

namespace mcast::cli {

int print_error_table(std::ostream& out) {
    out << "number, name, exit status; what it means; what to do\n";
    for (const auto& row : error_table()) {
        out << fmt::format("\n{:>3}  {}, exit status {}\n     {}\n", static_cast<int>(row.code),
                           row.name, row.exit_status, row.meaning);
        if (!row.hint.empty()) out << "     " << row.hint << "\n";
    }
    return 0;
}

}  // namespace mcast::cli
