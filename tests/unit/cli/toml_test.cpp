// SPDX-License-Identifier: MIT
#include "cli/toml.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;

namespace {

std::string value(const std::string& text) {
    const auto settings = parse_toml("key = " + text + "\n");
    REQUIRE(settings);
    REQUIRE(settings->size() == 1);
    return settings->front().value;
}

std::string complaint(const std::string& text) {
    const auto settings = parse_toml(text);
    if (settings) return "none";
    return std::to_string(settings.error().line) + ": " + settings.error().text;
}

}  // namespace

TEST_CASE("a configuration file has a key and a value a line, comments and empty lines", "[cli]") {
    const auto settings = parse_toml(
        "\xef\xbb\xbf# of the lab\r\n\r\n  rate = \"900M\"  # not more\r\n'ttl'=2\n\"json\" = "
        "true");
    REQUIRE(settings);
    REQUIRE(settings->size() == 3);
    CHECK((*settings)[0].key == "rate");
    CHECK((*settings)[0].value == "900M");
    CHECK((*settings)[0].line == 3);
    CHECK((*settings)[1].key == "ttl");
    CHECK((*settings)[1].value == "2");
    CHECK((*settings)[2].value == "true");
    CHECK((*settings)[2].line == 5);
    CHECK(parse_toml("")->empty());
}

TEST_CASE("a value is text in quotes, with escapes in double ones, or one word", "[cli]") {
    CHECK(value("\"build #7, all = well\"") == "build #7, all = well");
    CHECK(value("\"a \\\"b\\\" \\\\ \\t\"") == "a \"b\" \\ \t");
    CHECK(value("'C:\\x'") == "C:\\x");
    CHECK(value("''").empty());
    CHECK(value("900M#now") == "900M");
    CHECK(value("239.1.2.3:5000") == "239.1.2.3:5000");
    CHECK(value("-1.5") == "-1.5");
}

TEST_CASE("a broken file is told with the line that is broken", "[cli]") {
    CHECK(complaint("a = 1\nrate\n") == "2: this is not key = value");
    CHECK(complaint("= 5") == "1: this is not key = value");
    CHECK(complaint("rate =\n") == "1: rate has no value");
    CHECK(complaint("rate = # none") == "1: rate has no value");
    CHECK(complaint("rate = \"900M\n") == "1: the closing quote is missing");
    CHECK(complaint("rate = \"900M\\\"") == "1: the closing quote is missing");
    CHECK(complaint("meta = two words") == "1: more follows the value of meta");
    CHECK(complaint("rate = 9 = 5") == "1: more follows the value of rate");
    CHECK(complaint("rate = 9=5") == "1: the value 9=5 needs quotes");
    CHECK(complaint("meta = \"\\x41\"") == "1: \\x is not known");
    CHECK(complaint("[mcsend]\nrate = 1M") ==
          "1: tables are not known here: write key = value, without [headings]");
    CHECK(complaint("rate = [1, 2]") == "1: a list is not possible here");
    CHECK(complaint("rate = 1M\n\nrate = 2M") == "3: rate is already in line 1");
}
