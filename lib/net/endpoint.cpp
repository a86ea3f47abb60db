// SPDX-License-Identifier: MIT
#include "net/endpoint.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <net/if.h>

namespace mcast::net {
namespace {

// The index of the interface after '%', which is a name or an index in digits. 0 if there is none.
unsigned parse_scope(const std::string& text) {
    if (const unsigned named = if_nametoindex(text.c_str()); named != 0) return named;
    unsigned index = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, index);
    return parsed.ec == std::errc{} && parsed.ptr == end ? index : 0;
}

std::string scope_string(unsigned index) {
    std::array<char, IF_NAMESIZE> name{};
    if (if_indextoname(index, name.data()) != nullptr) return name.data();
    return std::to_string(index);
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view address, std::uint16_t port) {
    std::string text(address);
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
    }
    Endpoint result;
    // At an embedded NUL inet_pton would stop before the end of the text.
    if (text.find('\0') == std::string::npos) {
        if (inet_pton(AF_INET, text.c_str(), &result.v4_.sin_addr) == 1) {
            result.v4_.sin_family = AF_INET;
            result.v4_.sin_port = htons(port);
            return result;
        }
        result = Endpoint{};
        const auto percent = text.find('%');
        if (inet_pton(AF_INET6, text.substr(0, percent).c_str(), &result.v6_.sin6_addr) == 1) {
            result.v6_.sin6_family = AF_INET6;
            result.v6_.sin6_port = htons(port);
            if (percent == std::string::npos) return result;
            result.v6_.sin6_scope_id = parse_scope(text.substr(percent + 1));
            if (result.v6_.sin6_scope_id != 0) return result;
        }
    }
    return fail(ErrorCode::usage, "'" + std::string(address) + "' is not a numeric IP address");
}

Endpoint Endpoint::from(const sockaddr* address, socklen_t size) {
    Endpoint result;
    sa_family_t family = AF_UNSPEC;
    if (address == nullptr || size < sizeof family) return result;
    std::memcpy(&family, address, sizeof family);
    if (family == AF_INET && size >= sizeof(sockaddr_in)) {
        std::memcpy(&result.v4_, address, sizeof result.v4_);
    } else if (family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
        std::memcpy(&result.v6_, address, sizeof result.v6_);
        result.v6_.sin6_flowinfo = 0;
    }
    return result;
}

Endpoint Endpoint::from_bytes(std::span<const std::byte> address) {
    Endpoint result;
    if (address.size() == sizeof(in_addr)) {
        result.v4_.sin_family = AF_INET;
        std::memcpy(&result.v4_.sin_addr, address.data(), address.size());
    } else if (address.size() == sizeof(in6_addr)) {
        result.v6_.sin6_family = AF_INET6;
        std::memcpy(&result.v6_.sin6_addr, address.data(), address.size());
    }
    return result;
}

Endpoint Endpoint::any(bool ipv6, std::uint16_t port) {
    Endpoint result;
    result.v4_.sin_family = ipv6 ? AF_INET6 : AF_INET;
    return result.with_port(port);
}

bool Endpoint::is_multicast() const {
    if (is_v6()) return IN6_IS_ADDR_MULTICAST(&v6_.sin6_addr);
    return family() == AF_INET && IN_MULTICAST(ntohl(v4_.sin_addr.s_addr));
}

bool Endpoint::needs_scope() const {
    return is_v6() &&
           (IN6_IS_ADDR_LINKLOCAL(&v6_.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&v6_.sin6_addr) ||
            IN6_IS_ADDR_MC_NODELOCAL(&v6_.sin6_addr));
}

std::uint16_t Endpoint::port() const {
    if (empty()) return 0;
    return ntohs(is_v6() ? v6_.sin6_port : v4_.sin_port);
}

Endpoint Endpoint::with_port(std::uint16_t port) const {
    Endpoint result = *this;
    if (is_v6()) {
        result.v6_.sin6_port = htons(port);
    } else if (!empty()) {
        result.v4_.sin_port = htons(port);
    }
    return result;
}

Endpoint Endpoint::with_scope(unsigned interface_index) const {
    Endpoint result = *this;
    if (is_v6()) result.v6_.sin6_scope_id = interface_index;
    return result;
}

bool Endpoint::same_address(const Endpoint& other) const {
    if (family() != other.family()) return false;
    if (empty()) return true;
    if (!is_v6()) return v4_.sin_addr.s_addr == other.v4_.sin_addr.s_addr;
    return scope() == other.scope() && IN6_ARE_ADDR_EQUAL(&v6_.sin6_addr, &other.v6_.sin6_addr);
}

std::string Endpoint::address_string() const {
    if (empty()) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* address = is_v6() ? static_cast<const void*>(&v6_.sin6_addr) : &v4_.sin_addr;
    inet_ntop(family(), address, text.data(), text.size());
    std::string result(text.data());
    if (scope() != 0) result += "%" + scope_string(scope());
    return result;
}

std::string Endpoint::to_string() const {
    if (empty()) return {};
    const std::string port_text = ":" + std::to_string(port());
    return is_v6() ? "[" + address_string() + "]" + port_text : address_string() + port_text;
}

socklen_t Endpoint::size() const {
    if (empty()) return 0;
    return is_v6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

std::size_t Endpoint::hash() const {
    // The scope does not count: equal endpoints have equal hashes without it.
    const auto* bytes = is_v6() ? static_cast<const void*>(&v6_.sin6_addr) : &v4_.sin_addr;
    const std::string_view address(static_cast<const char*>(bytes),
                                   is_v6() ? sizeof(in6_addr) : sizeof(in_addr));
    return std::hash<std::string_view>{}(address) * 31 + port();
}

}  // namespace mcast::net
