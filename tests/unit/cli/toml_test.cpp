// SPDX-License-Identifier: MIT
#include "cli/grammar/toml.hpp"

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
    const auto& error = settings.error();
    return std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.text;
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

TEST_CASE("a value is text in quotes, a number, or true or false", "[cli]") {
    CHECK(value("\"build #7, all = well\"") == "build #7, all = well");
    CHECK(value("\"a \\\"b\\\" \\\\ \\t\"") == "a \"b\" \\ \t");
    CHECK(value("'C:\\x'") == "C:\\x");
    CHECK(value("''").empty());
    CHECK(value("-1.5") == "-1.5");
    CHECK(value("0.2") == "0.2");
    CHECK(value("1_000") == "1000");
    CHECK(value("3.0") == "3");
    CHECK(value("false") == "false");
}

TEST_CASE("a broken file is told with the place where it is broken, and how", "[cli]") {
    CHECK(complaint("a = 1\nrate\n") == "2:5: parsing key-value pair: expected '=', saw '\\n'");
    CHECK_THAT(complaint("= 5"), Catch::StartsWith("1:1: ") && Catch::Contains("saw '='"));
    CHECK_THAT(complaint("rate =\n"), Catch::StartsWith("1:") && Catch::Contains("expected value"));
    CHECK_THAT(complaint("rate = 900M"),
               Catch::StartsWith("1:11: ") && Catch::Contains("expected digit, saw 'M'"));
    CHECK_THAT(complaint("\n\ninterface = eth0"), Catch::StartsWith("3:13: "));
    CHECK_THAT(complaint("\u00fcber = 1"), Catch::StartsWith("1:1: "));
    CHECK_THAT(complaint("rate = \"900M"),
               Catch::StartsWith("1:13: ") && Catch::Contains("end-of-file"));
    CHECK_THAT(complaint("meta = \"two\" words"),
               Catch::StartsWith("1:14: ") && Catch::Contains("saw 'w'"));
    CHECK_THAT(complaint("rate = 1\n\nrate = 2"),
               Catch::StartsWith("3:") && Catch::Contains("cannot redefine"));
    CHECK_THAT(complaint("meta = \"\xff\""), Catch::StartsWith("1:"));
}

TEST_CASE("tables, arrays and dates are refused, since no option takes them", "[cli]") {
    CHECK(complaint("ttl = 1\n[mcsend]\nrate = 1") ==
          "2:2: mcsend is a table, which no option takes");
    CHECK(complaint("rate = [1, 2]") == "1:1: rate is an array, which no option takes");
    CHECK(complaint("\nmeta = 2026-11-29") == "2:1: meta is a date or time, which no option takes");
    CHECK(complaint("a = " + std::string(10000, '[')) != "none");
}
