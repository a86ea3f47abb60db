// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <mcast/error.hpp>

#include "support/catch.hpp"

using namespace mcast;

TEST_CASE("docs/errors.md has exactly the rows of the table in the code", "[cli]") {
    std::ifstream file(MCAST_SOURCE_DIR "/docs/errors.md");
    REQUIRE(file);
    std::vector<std::string> rows;
    for (std::string line; std::getline(file, line);) {
        // The table of errors has five columns, that of the exit statuses fewer.
        const bool numbered = line.size() > 2 && line[2] >= '0' && line[2] <= '9';
        if (numbered && std::ranges::count(line, '|') == 6) rows.push_back(line);
    }
    REQUIRE(rows.size() == error_table().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = error_table()[i];
        CHECK(rows[i] == fmt::format("| {} | `{}` | {} | {} | {} |", static_cast<int>(row.code),
                                     row.name, row.exit_status, row.meaning, row.hint));
    }
}
