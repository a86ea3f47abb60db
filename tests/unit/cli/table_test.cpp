// SPDX-License-Identifier: MIT
#include "cli/view/table.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;
using enum Column::Align;

TEST_CASE("columns are as wide as their widest cell and aligned their way", "[cli]") {
    Table table({{"NAME", left}, {"SIZE", right}});
    table.add({"a", "1"});
    table.add({"longer", "22222"});
    CHECK(table.render({80}) ==
          "NAME     SIZE\n"
          "a           1\n"
          "longer  22222\n");
}

TEST_CASE("a flexible column gives way until the table fits", "[cli]") {
    Table table({{"NAME", left, 6}, {"SIZE", right}});
    table.add({"a-very-long-name.raw", "1"});
    CHECK(table.render({16}) ==
          "NAME        SIZE\n"
          "a-ve...raw     1\n");
    CHECK(table.render({4}) ==
          "NAME\n"
          "a-..\n");
}

TEST_CASE("a column that is empty in every row is left out", "[cli]") {
    Table table({{"NAME", left}, {"META", left}, {"SIZE", right}});
    table.add({"a", "", "1"});
    CHECK(table.render({80}) ==
          "NAME  SIZE\n"
          "a        1\n");
}

TEST_CASE("a note goes below its row and is cut to the width", "[cli]") {
    Table table({{"NAME", left}});
    table.add({"a"}, "something long went wrong");
    CHECK(table.render({20}) ==
          "NAME\n"
          "a\n"
          "    something long..\n");
}

TEST_CASE("cells and notes are made printable", "[cli]") {
    Table table({{"NAME", left}});
    table.add({"a\nb"}, "\x1b[2J");
    CHECK(table.render({9}) == "NAME\na?b\n    ?[2J\n");
}

TEST_CASE("columns of the highest rank go first where there is no room", "[cli]") {
    Table table({{"ID", left}, {"ROLE", left, 0, 2}, {"RATE", right, 0, 1}});
    table.add({"1", "send", "941M"});
    CHECK(table.render({14}) == "ID  ROLE  RATE\n1   send  941M\n");
    CHECK(table.render({13}) == "ID  RATE\n1   941M\n");
    CHECK(table.render({7}) == "ID\n1\n");
}

TEST_CASE("notes stand beside the rows when the longest of them fits there", "[cli]") {
    Table table({{"NAME", left}}, "ERROR");
    table.add({"a"}, "it broke");
    table.add({"b"});
    CHECK(table.render({14}) == "NAME  ERROR\na     it broke\nb\n");
    CHECK(table.render({13}) == "NAME\na\n    it broke\nb\n");
}

TEST_CASE("colour takes no room", "[cli]") {
    Table table({{"STATE", left}, {"RATE", right}});
    table.add({Cell("failed", Colour::bad), "1"});
    CHECK(table.render({80, true}) == "STATE   RATE\n\x1b[1;31mfailed\x1b[0m     1\n");
    CHECK(table.render({80, false}) == "STATE   RATE\nfailed     1\n");
}
