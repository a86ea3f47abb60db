// SPDX-License-Identifier: MIT
#include "cli/grammar/host_list.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a list of hosts is names and ranges with as many digits as they begin with", "[cli]") {
    CHECK(parse_hosts("lab-[09-11],depot").value() == Names{"lab-09", "lab-10", "lab-11", "depot"});
    CHECK(parse_hosts("lab-[1-3,7]").value() == Names{"lab-1", "lab-2", "lab-3", "lab-7"});
    CHECK(parse_hosts("n[8-10].a.org").value() == Names{"n8.a.org", "n9.a.org", "n10.a.org"});
}

TEST_CASE("what is no list of hosts is refused", "[cli]") {
    for (const char* text : {"", ",", "a,", "lab-[", "lab-[]", "lab-[3-1]", "lab-[a-b]", "a b",
                             "lab-[01-12]]", "lab-[1-99999999]", "[1]["}) {
        INFO(text);
        CHECK_FALSE(parse_hosts(text));
    }
}

TEST_CASE("a file of hosts has one or several a line, and remarks", "[cli]") {
    CHECK(parse_host_file("# room 1\nlab-[01-02]\n\nlab-07  depot # the old one\r\n").value() ==
          Names{"lab-01", "lab-02", "lab-07", "depot"});
    CHECK_FALSE(parse_host_file("# nobody\n"));
    CHECK_FALSE(parse_host_file("lab-[\n"));
}

TEST_CASE("names are folded to what stands for all of them", "[cli]") {
    CHECK(fold_hosts({}).empty());
    CHECK(fold_hosts({"lab-02", "lab-01", "lab-03"}) == "lab-[01-03]");
    CHECK(fold_hosts({"lab-9", "lab-10", "lab-12"}) == "lab-[9,10,12]");
    CHECK(fold_hosts({"depot", "lab-01", "lab-02", "lab-20", "n1.a", "n2.a"}) ==
          "depot, lab-[01-02,20], n[1-2].a");
    CHECK(fold_hosts({"a", "a"}) == "a, a");
    CHECK(fold_hosts({"n0211111111111", "n0311111111111"}) == "n0211111111111, n0311111111111");
}

TEST_CASE("numbers in names count by their value", "[cli]") {
    CHECK(before_in_nature("lab-2", "lab-10"));
    CHECK_FALSE(before_in_nature("lab-10", "lab-2"));
    CHECK(before_in_nature("lab-09", "LAB-10"));
    CHECK(before_in_nature("a", "b"));
    CHECK(before_in_nature("lab", "lab-1"));
    CHECK_FALSE(before_in_nature("lab-1", "lab-1"));
    CHECK(before_in_nature("r9x1", "r9x2"));
}
