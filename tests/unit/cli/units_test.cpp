// SPDX-License-Identifier: MIT
#include "cli/view/units.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;

TEST_CASE("a rate is a decimal number of bits per second with k, M, G or T", "[cli]") {
    CHECK(parse_rate("1000000") == 1000000U);
    CHECK(parse_rate("100k") == 100000U);
    CHECK(parse_rate("100K") == 100000U);
    CHECK(parse_rate("900M") == 900000000U);
    CHECK(parse_rate("2.5G") == 2500000000U);
    CHECK(parse_rate("1T") == 1000000000000U);
}

TEST_CASE("a rate may name its unit: bits, or bytes with a capital B", "[cli]") {
    for (const auto* text : {"100Mbit", "100Mbps", "100Mb", "100Mbit/s", "100 Mbit/s", "100Mb/s",
                             "100mbit", "100m", "100MBit/s", "100000kbit", "0.1Gbps"}) {
        CAPTURE(text);
        CHECK(parse_rate(text) == 100000000U);
    }
    CHECK(parse_rate("1.5Gbit/s") == 1500000000U);
    for (const auto* text : {"100MB", "100MB/s", "100MBps", "100 MB/s", "0.1GB", "100000kB"}) {
        CAPTURE(text);
        CHECK(parse_rate(text) == 800000000U);
    }
    CHECK(parse_rate("1MiB/s") == 8388608U);
    CHECK(parse_rate("1Mibit") == 1048576U);
    CHECK(parse_rate("2000B") == 16000U);
    CHECK(parse_rate("2000bit") == 2000U);
    CHECK(parse_rate("100mb").error() ==
          "'100mb' may mean bits or bytes; examples: 100Mbit, 100MB");
    CHECK(parse_rate("1gbps").error() ==
          "'1gbps' may mean bits or bytes; examples: 100Mbit, 100MB");
}

TEST_CASE("what is no rate is refused with examples", "[cli]") {
    for (const auto* text : {"", "12X", "M", "-5M", "1e9", "0x10", "nan", "inf", "1.2.3", "9  M",
                             "9Q", "9Mbitte", "9kM", "9i", "auto"}) {
        CAPTURE(text);
        CHECK(parse_rate(text).error() ==
              "'" + std::string(text) + "' is not a rate; examples: 900M, 2.5G");
    }
    CHECK(parse_rate_or_auto("12X").error() == "'12X' is not a rate; examples: 900M, 2.5G, auto");
}

TEST_CASE("a rate of nothing, or more than any link has, is refused", "[cli]") {
    CHECK_FALSE(parse_rate("0"));
    CHECK_FALSE(parse_rate("0.4"));
    CHECK(parse_rate("900").error() ==
          "'900' is too little: 1k is the least; examples: 900M, 2.5G");
    CHECK(parse_rate("900T").error() ==
          "'900T' is more than any network carries; examples: 900M, 2.5G");
    CHECK(parse_rate("1k") == 1000U);
    CHECK(parse_rate("10T") == 10000000000000U);
    CHECK_FALSE(parse_rate("99999T"));
    CHECK_FALSE(parse_rate("999999999999999999999999999999999999"));
}

TEST_CASE("auto is a rate and a percentage without a value", "[cli]") {
    CHECK(*parse_rate_or_auto("auto") == std::nullopt);
    CHECK(*parse_rate_or_auto("1G") == 1000000000U);
    CHECK(*parse_percent_or_auto("auto") == std::nullopt);
}

TEST_CASE("a duration is seconds, or has a unit", "[cli]") {
    CHECK(parse_seconds("5") == 5.0);
    CHECK(parse_seconds("0.5") == 0.5);
    CHECK(parse_seconds("5s") == 5.0);
    CHECK(parse_seconds("500ms") == 0.5);
    CHECK(parse_seconds("2m") == 120.0);
    CHECK(parse_seconds("1.5h") == 5400.0);
    CHECK(parse_seconds("0") == 0.0);
}

TEST_CASE("what is no duration is refused with examples", "[cli]") {
    for (const auto* text : {"", "s", "5 s", "-1", "5d", "1e3", "inf", "999999999999"}) {
        CAPTURE(text);
        CHECK(parse_seconds(text).error() ==
              "'" + std::string(text) + "' is not a duration; examples: 30, 0.5, 500ms, 2m");
    }
    CHECK(parse_positive_seconds("0").error() == "'0' is too short; it must be more than zero");
}

TEST_CASE("a percentage goes from 0 to 100, with or without its sign", "[cli]") {
    CHECK(*parse_percent_or_auto("10") == 10.0);
    CHECK(*parse_percent_or_auto("12.5%") == 12.5);
    CHECK(*parse_percent_or_auto("0%") == 0.0);
    CHECK_FALSE(parse_percent_or_auto("101%"));
    CHECK_FALSE(parse_percent_or_auto("-1%"));
    CHECK_FALSE(parse_percent_or_auto("ten"));
}

TEST_CASE("a group is a multicast address with or without a port", "[cli]") {
    CHECK(parse_group("239.1.2.3") == GroupAddress{"239.1.2.3", {}});
    CHECK(parse_group("239.1.2.3:5000") == GroupAddress{"239.1.2.3", 5000});
    CHECK(parse_group("[ff15::1]") == GroupAddress{"ff15::1", {}});
    CHECK(parse_group("[ff15::1]:65535") == GroupAddress{"ff15::1", 65535});
    CHECK(parse_group("[ff02::1%eth0]:7701") == GroupAddress{"ff02::1%eth0", 7701});
    CHECK(parse_group("[ff02::1%3]") == GroupAddress{"ff02::1%3", {}});
}

TEST_CASE("a group that cannot be joined is refused with its reason", "[cli]") {
    const auto reason = [](const char* text) { return parse_group(text).error(); };
    CHECK_THAT(reason("10.0.0.1"), Catch::Contains("is not a multicast address"));
    CHECK_THAT(reason("[fe80::1]"), Catch::Contains("is not a multicast address"));
    CHECK_THAT(reason("ff15::1"), Catch::Contains("put it in brackets"));
    CHECK_THAT(reason("[ff15::1"), Catch::Contains("lacks the closing bracket"));
    CHECK_THAT(reason("239.1.2.3:"), Catch::Contains("has no port"));
    CHECK_THAT(reason("239.1.2.3:0"), Catch::Contains("has no port"));
    CHECK_THAT(reason("239.1.2.3:65536"), Catch::Contains("has no port"));
    CHECK_THAT(reason("239.1.2.3:http"), Catch::Contains("has no port"));
    CHECK_THAT(reason("[ff15::1]x"), Catch::Contains("other than :PORT"));
    CHECK_THAT(reason("[ff02::1%]"), Catch::Contains("has no interface after"));
    CHECK_THAT(reason("239.1.2.3%eth0"), Catch::Contains("name it by -i"));
    CHECK_THAT(reason("[fe80::1%eth0]"), Catch::Contains("is not a multicast address"));
    CHECK_THAT(reason("239.1.2"), Catch::Contains("is not a group address"));
    CHECK_THAT(reason("lab.example"), Catch::Contains("is not a group address"));
    CHECK_THAT(reason(""), Catch::Contains("is not a group address"));
}

TEST_CASE("sizes are binary and rates decimal, with a decimal below ten", "[cli]") {
    CHECK(format_bytes(0) == "0 B");
    CHECK(format_bytes(1023) == "1023 B");
    CHECK(format_bytes(1024) == "1.0 KiB");
    CHECK(format_bytes(1073741824) == "1.0 GiB");
    CHECK(format_bytes(466092032) == "444 MiB");
    CHECK(format_rate(0) == "0 bit/s");
    CHECK(format_rate(2.7e9) == "2.7 Gbit/s");
    CHECK(format_rate(941e6) == "941 Mbit/s");
    CHECK(format_rate_short(941e6) == "941M");
}

TEST_CASE("rounding never shows a thousand of the smaller unit", "[cli]") {
    CHECK(format_rate(999.7e6) == "1.0 Gbit/s");
    CHECK(format_bytes(1048575) == "1.0 MiB");
    CHECK(format_rate(9.96e6) == "10 Mbit/s");
}

TEST_CASE("durations are told to the length that matters", "[cli]") {
    CHECK(format_seconds(3.21) == "3.2 s");
    CHECK(format_seconds(0.1) == "0.1 s");
    CHECK(format_seconds(0.0161) == "16 ms");
    CHECK(format_seconds(-1) == "0 ms");
    CHECK(format_seconds(59.99) == "1 min 00 s");
    CHECK(format_seconds(125) == "2 min 05 s");
    CHECK(format_seconds(7380) == "2 h 03 min");
    CHECK(format_seconds_short(5.2) == "5s");
    CHECK(format_seconds_short(600) == "10m");
    CHECK(format_seconds_short(36000) == "10h");
    CHECK(format_seconds_short(1e30) == "1157d");
}

TEST_CASE("one receiver is not receivers", "[cli]") {
    CHECK(format_count(1, "receiver") == "1 receiver");
    CHECK(format_count(0, "receiver") == "0 receivers");
}
