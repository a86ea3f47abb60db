// SPDX-License-Identifier: MIT
#include "cli/table.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;
using enum Column::Align;

TEST_CASE("columns are as wide as their widest cell and aligned their way", "[cli]") {
    Table table({{"NAME", left}, {"SIZE", right}});
    table.add({"a", "1"});
    table.add({"longer", "22222"});
    CHECK(table.render(80) ==
          "NAME     SIZE\n"
          "a           1\n"
          "longer  22222\n");
}

TEST_CASE("a flexible column gives way until the table fits", "[cli]") {
    Table table({{"NAME", left, 6}, {"SIZE", right}});
    table.add({"a-very-long-name.raw", "1"});
    CHECK(table.render(16) ==
          "NAME        SIZE\n"
          "a-ve...raw     1\n");
    CHECK(table.render(1) ==
          "NAME    SIZE\n"
          "a-..aw     1\n");
}

TEST_CASE("a column that is empty in every row is left out", "[cli]") {
    Table table({{"NAME", left}, {"META", left}, {"SIZE", right}});
    table.add({"a", "", "1"});
    CHECK(table.render(80) ==
          "NAME  SIZE\n"
          "a        1\n");
}

TEST_CASE("a note goes below its row and is cut to the width", "[cli]") {
    Table table({{"NAME", left}});
    table.add({"a"}, "something long went wrong");
    CHECK(table.render(20) ==
          "NAME\n"
          "a\n"
          "    something long..\n");
}

TEST_CASE("cells and notes are made printable", "[cli]") {
    Table table({{"NAME", left}});
    table.add({"a\nb"}, "\x1b[2J");
    CHECK(table.render(20) == "NAME\na?b\n    ?[2J\n");
}
