// SPDX-License-Identifier: MIT
#include "net/endpoint.hpp"

#include <unordered_set>

#include <arpa/inet.h>

#include "support/catch.hpp"

using mcast::ErrorCode;
using mcast::net::Endpoint;

namespace {

Endpoint parsed(const char* address, std::uint16_t port = 7701) {
    const auto result = Endpoint::parse(address, port);
    REQUIRE(result);
    return *result;
}

}  // namespace

TEST_CASE("an endpoint is written as it was read, IPv6 in brackets", "[net]") {
    CHECK(parsed("10.0.0.5").to_string() == "10.0.0.5:7701");
    CHECK(parsed("10.0.0.5").address_string() == "10.0.0.5");
    CHECK(parsed("ff15::1").to_string() == "[ff15::1]:7701");
    CHECK(parsed("[ff15::1]").to_string() == "[ff15::1]:7701");
    CHECK(parsed("fe80::1%lo").to_string() == "[fe80::1%lo]:7701");
    CHECK(Endpoint().to_string().empty());
}

TEST_CASE("what is not a numeric address is refused and quoted", "[net]") {
    const auto* text = GENERATE("", "eth0", "10.0.0", "10.0.0.256", "host.example", "ff15::1::2",
                                "[10.0.0.5", "fe80::1%", "fe80::1%no-such-interface", "10.0.0.5 ");
    const auto result = Endpoint::parse(text, 1);
    REQUIRE(!result);
    CHECK(result.error().code == ErrorCode::usage);
    CHECK(result.error().message == "'" + std::string(text) + "' is not a numeric IP address");
}

TEST_CASE("an address that hides something behind a NUL is refused", "[net]") {
    CHECK(!Endpoint::parse(std::string_view("10.0.0.5\0x", 10), 1));
}

TEST_CASE("multicast begins at 224.0.0.0 and ff00:: and ends at 239.255.255.255", "[net]") {
    CHECK(parsed("224.0.0.0").is_multicast());
    CHECK(parsed("239.255.255.255").is_multicast());
    CHECK(parsed("ff15::1").is_multicast());
    CHECK(!parsed("223.255.255.255").is_multicast());
    CHECK(!parsed("240.0.0.0").is_multicast());
    CHECK(!parsed("fe80::1").is_multicast());
    CHECK(!Endpoint().is_multicast());
}

TEST_CASE("only link-local IPv6 means nothing without an interface", "[net]") {
    CHECK(parsed("fe80::1").needs_scope());
    CHECK(parsed("ff02::1").needs_scope());
    CHECK(!parsed("ff15::1").needs_scope());
    CHECK(!parsed("169.254.0.1").needs_scope());
}

TEST_CASE("endpoints differ by address, port and scope", "[net]") {
    CHECK(parsed("10.0.0.5") == parsed("10.0.0.5"));
    CHECK(parsed("10.0.0.5") != parsed("10.0.0.6"));
    CHECK(parsed("10.0.0.5", 1) != parsed("10.0.0.5", 2));
    CHECK(parsed("10.0.0.5", 1).same_address(parsed("10.0.0.5", 2)));
    CHECK(parsed("fe80::1").with_scope(1) != parsed("fe80::1").with_scope(2));
    CHECK(parsed("::") != parsed("0.0.0.0"));
    CHECK(Endpoint() == Endpoint());
    CHECK(Endpoint() != parsed("0.0.0.0", 0));
}

TEST_CASE("equal endpoints are one key", "[net]") {
    std::unordered_set<Endpoint> set{parsed("10.0.0.5"), parsed("10.0.0.5"), parsed("ff15::1"),
                                     parsed("ff15::1"), parsed("10.0.0.5", 9)};
    CHECK(set.size() == 3);
}

TEST_CASE("an endpoint survives the way through a sockaddr", "[net]") {
    const auto* text = GENERATE("10.0.0.5", "ff15::1", "fe80::1%lo");
    const Endpoint before = parsed(text);
    CHECK(Endpoint::from(before.data(), before.size()) == before);
}

TEST_CASE("a sockaddr that is cut short or of another family is no endpoint", "[net]") {
    const Endpoint v4 = parsed("10.0.0.5");
    const Endpoint v6 = parsed("ff15::1");
    CHECK(Endpoint::from(v4.data(), v4.size() - 1).empty());
    CHECK(Endpoint::from(v6.data(), v6.size() - 1).empty());
    CHECK(Endpoint::from(nullptr, 16).empty());
    const sockaddr local{.sa_family = AF_UNIX, .sa_data = {}};
    CHECK(Endpoint::from(&local, sizeof local).empty());
}

TEST_CASE("another port leaves the address alone", "[net]") {
    CHECK(parsed("10.0.0.5").with_port(9).to_string() == "10.0.0.5:9");
    CHECK(parsed("ff15::1").with_port(9).to_string() == "[ff15::1]:9");
    CHECK(Endpoint::any(true, 5).to_string() == "[::]:5");
    CHECK(Endpoint::any(false, 5).to_string() == "0.0.0.0:5");
}
