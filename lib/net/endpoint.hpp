// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/result.hpp"

namespace mcast::net {

/// An IPv4 or IPv6 address with a port, kept as the sockaddr that the system calls take. A plain
/// value of 28 bytes; a default one is empty and equal only to another empty one.
class Endpoint {
  public:
    Endpoint() : v6_{} {}

    /// From a numeric address ("10.0.0.5", "ff15::1", "fe80::1%eth0", IPv6 also in brackets); names
    /// are never looked up. Error: usage.
    [[nodiscard]] static Result<Endpoint> parse(std::string_view address, std::uint16_t port);
    /// From an address that the system wrote; empty unless it is a complete IPv4 or IPv6 address.
    [[nodiscard]] static Endpoint from(const sockaddr* address, socklen_t size);
    /// From an address alone, in network order, 4 or 16 bytes; empty if it has another length.
    [[nodiscard]] static Endpoint from_bytes(std::span<const std::byte> address);
    /// 0.0.0.0 or ::, to bind to.
    [[nodiscard]] static Endpoint any(bool ipv6, std::uint16_t port);

    [[nodiscard]] bool empty() const { return family() == AF_UNSPEC; }
    [[nodiscard]] int family() const { return v4_.sin_family; }
    [[nodiscard]] bool is_v6() const { return family() == AF_INET6; }
    [[nodiscard]] bool is_multicast() const;
    /// True for fe80::/10 and for multicast groups of interface or link scope (ff01, ff02), which
    /// mean nothing without an interface.
    [[nodiscard]] bool needs_scope() const;

    [[nodiscard]] std::uint16_t port() const;
    /// The interface index of an IPv6 address that carries one, else 0.
    [[nodiscard]] unsigned scope() const { return is_v6() ? v6_.sin6_scope_id : 0; }
    [[nodiscard]] Endpoint with_port(std::uint16_t port) const;
    [[nodiscard]] Endpoint with_scope(unsigned interface_index) const;
    /// True if address and scope are the same, whatever the ports.
    [[nodiscard]] bool same_address(const Endpoint& other) const;

    /// "10.0.0.5", "ff15::1", "fe80::1%eth0"; "" if empty.
    [[nodiscard]] std::string address_string() const;
    /// "10.0.0.5:7701", "[ff15::1]:7701"; "" if empty.
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] const sockaddr* data() const { return &any_; }
    [[nodiscard]] socklen_t size() const;
    [[nodiscard]] const in_addr& v4() const { return v4_.sin_addr; }
    [[nodiscard]] const in6_addr& v6() const { return v6_.sin6_addr; }

    [[nodiscard]] std::size_t hash() const;
    friend bool operator==(const Endpoint& a, const Endpoint& b) {
        return a.same_address(b) && a.port() == b.port();
    }

  private:
    // All three begin with the family, so it can be read through any of them.
    union {
        sockaddr any_;
        sockaddr_in v4_;
        sockaddr_in6 v6_;
    };
};

}  // namespace mcast::net

template <>
struct std::hash<mcast::net::Endpoint> {
    std::size_t operator()(const mcast::net::Endpoint& e) const noexcept { return e.hash(); }
};
