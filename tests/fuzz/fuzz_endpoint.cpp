// SPDX-License-Identifier: MIT
#include <string>

#include "expect.hpp"
#include "net/endpoint.hpp"

using namespace mcast;
using net::Endpoint;

namespace {

void check(const Endpoint& endpoint) {
    if (endpoint.empty()) {
        EXPECT_ALWAYS(endpoint.to_string().empty() && endpoint.size() == 0);
        return;
    }
    const auto again = Endpoint::parse(endpoint.address_string(), endpoint.port());
    EXPECT_ALWAYS(again.has_value() && *again == endpoint && again->hash() == endpoint.hash());
    EXPECT_ALWAYS(Endpoint::from(endpoint.data(), endpoint.size()) == endpoint);
}

}  // namespace

// An address in words, as the system's bytes and as bare bytes: what is taken is written as words
// that mean the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (const auto parsed = Endpoint::parse({reinterpret_cast<const char*>(data), size}, 7701))
        check(*parsed);
    // A scope that came by a datagram is that of an interface: of the loopback here.
    check(Endpoint::from(reinterpret_cast<const sockaddr*>(data), static_cast<socklen_t>(size))
              .with_scope(1));
    check(Endpoint::from_bytes(std::as_bytes(std::span(data, size))));
    return 0;
}
