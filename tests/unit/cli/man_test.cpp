// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "cli/verbs/verbs.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;

// The manual pages against the option parser: what a page defines must be spelled as the parser
// has it, and be all of it.
namespace {

using Words = std::set<std::string>;

constexpr const char* kTransfer = "# OPTIONS";

struct Page {
    std::map<std::string, Words> defined;  ///< by the heading of options, or of a command
    Words mentioned;                       ///< every --word of the text
};

void mention_options(const std::string& line, Words& words) {
    for (auto at = line.find("--"); at != std::string::npos; at = line.find("--", at + 2)) {
        const auto end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at);
        words.insert(line.substr(at, end == std::string::npos ? end : end - at));
    }
}

Page read_page(const std::string& tool) {
    std::ifstream file(std::string(MCAST_SOURCE_DIR) + "/man/" + tool + ".1.scd");
    REQUIRE(file);
    Page page;
    std::string chapter;
    std::string heading;
    for (std::string line; std::getline(file, line);) {
        mention_options(line, page.mentioned);
        if (line.starts_with("# ")) heading = chapter = line;
        if (line.starts_with("## ") && chapter == "# COMMANDS") {
            heading = line.substr(3);
            page.defined[heading];
        }
        if (line.starts_with("*-")) page.defined[heading].insert(line);
    }
    return page;
}

// "*-n*, *--receivers* _N_", "*--watch* [_SECONDS_]".
std::string in_markup(const Flag& flag) {
    std::string text;
    if (!flag.short_name.empty()) text = "*" + flag.short_name + "*, ";
    text += "*" + flag.long_name + "*";
    if (flag.value.empty()) return text;
    return text + (flag.value_optional ? " [_" + flag.value + "_]" : " _" + flag.value + "_");
}

// Those that all commands have are told once.
bool common(const Flag& flag) {
    return flag.long_name == "--help" || flag.long_name == "--quiet";
}

std::map<std::string, Words> expected(const Grammar& grammar) {
    std::map<std::string, Words> all;
    for (const auto& flag : grammar.transfer.flags) all[kTransfer].insert(in_markup(flag));
    for (const auto& form : grammar.commands) {
        auto& words = all[synopsis(form)];
        for (const auto& flag : form.flags) {
            if (!common(flag)) words.insert(in_markup(flag));
        }
    }
    return all;
}

Words long_names(const Grammar& grammar) {
    Words all;
    for (const auto& flag : grammar.transfer.flags) all.insert(flag.long_name);
    for (const auto& form : grammar.commands) {
        for (const auto& flag : form.flags) all.insert(flag.long_name);
    }
    return all;
}

}  // namespace

TEST_CASE("the manual pages define every option and command of the parser, and no others",
          "[cli]") {
    for (const auto role : {Role::sender, Role::receiver}) {
        const auto grammar = grammar_of(role);
        CAPTURE(grammar.tool);
        const auto page = read_page(grammar.tool);
        const auto wanted = expected(grammar);
        for (const auto& [heading, words] : wanted) {
            CAPTURE(heading);
            REQUIRE(page.defined.contains(heading));
            CHECK(page.defined.at(heading) == words);
        }
        for (const auto& [heading, words] : page.defined) {
            CAPTURE(heading);
            CHECK(wanted.contains(heading));
        }
    }
}

TEST_CASE("no manual page mentions an option that neither tool has", "[cli]") {
    for (const auto role : {Role::sender, Role::receiver}) {
        const auto grammar = grammar_of(role);
        auto known = long_names(grammar);
        known.merge(long_names(grammar_of(role == Role::sender ? Role::receiver : Role::sender)));
        known.insert("--add-port");  // of firewall-cmd
        for (const auto& word : read_page(grammar.tool).mentioned) {
            CAPTURE(grammar.tool, word);
            CHECK(known.contains(word));
        }
    }
}
