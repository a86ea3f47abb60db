// SPDX-License-Identifier: MIT
#include <algorithm>

#include "net/file_descriptor.hpp"
#include "net/interface.hpp"

namespace mcast::net {
namespace {

// Where the system would send from, by connecting a socket that never sends.
Endpoint route_source(const Endpoint& group) {
    const FileDescriptor socket(::socket(group.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    auto* raw = static_cast<sockaddr*>(static_cast<void*>(&address));
    if (!socket.valid() || ::connect(socket.get(), group.data(), group.size()) != 0 ||
        ::getsockname(socket.get(), raw, &size) != 0) {
        return {};
    }
    return Endpoint::from(raw, size).with_port(0);
}

const char* family_name(const Endpoint& group) {
    return group.is_v6() ? "IPv6" : "IPv4";
}

// Why `interface` cannot carry the group; "" if it can.
std::string obstacle(const Interface& interface, const Endpoint& group) {
    if (!interface.up) return "is down";
    if (!interface.carries_multicast()) return "does not carry multicast";
    if (interface.address(group.is_v6()).empty()) {
        return std::string("has no ") + family_name(group) + " address";
    }
    return {};
}

std::string list(std::span<const Interface> all, const Endpoint& group) {
    std::string text;
    for (const Interface& interface : all) {
        if (!text.empty()) text += ", ";
        const std::string trouble = obstacle(interface, group);
        text += interface.name;
        text += trouble.empty() ? " " + interface.address(group.is_v6()).address_string()
                                : " (" + trouble + ")";
    }
    return text.empty() ? "there are no interfaces" : "there are: " + text;
}

// A link-local address may be given without its interface.
bool is_address(const Endpoint& own, const Endpoint& given) {
    return own.with_scope(given.scope() == 0 ? 0 : own.scope()).same_address(given);
}

bool has_address(const Interface& interface, const Endpoint& address) {
    return std::ranges::any_of(interface.addresses,
                               [&](const Endpoint& own) { return is_address(own, address); });
}

// Puts `address` first, so that it is the one which is spoken from.
void prefer(Interface& interface, const Endpoint& address) {
    auto& all = interface.addresses;
    const auto found =
        std::ranges::find_if(all, [&](const Endpoint& own) { return is_address(own, address); });
    if (found != all.end()) std::rotate(all.begin(), found, found + 1);
}

Result<InterfaceChoice> choose_named(std::span<const Interface> all, const Endpoint& group,
                                     const std::string& wanted) {
    auto found = std::ranges::find(all, wanted, &Interface::name);
    const auto address = Endpoint::parse(wanted, 0);
    if (found == all.end() && address) {
        found = std::ranges::find_if(
            all, [&](const Interface& one) { return has_address(one, *address); });
    }
    if (found == all.end()) {
        return fail(ErrorCode::no_interface,
                    "there is no interface '" + wanted + "'; " + list(all, group));
    }
    if (const std::string trouble = obstacle(*found, group); !trouble.empty()) {
        return fail(ErrorCode::no_interface,
                    "interface " + found->name + " " + trouble + "; " + list(all, group));
    }
    InterfaceChoice choice{*found, "named by --interface"};
    if (address) prefer(choice.interface, *address);
    return choice;
}

const Interface* routed(std::span<const Interface> all, const Endpoint& source,
                        const Endpoint& group) {
    for (const Interface& one : all) {
        if (!obstacle(one, group).empty()) continue;
        if (group.scope() != 0 ? one.index == group.scope() : has_address(one, source)) return &one;
    }
    return nullptr;
}

}  // namespace

Result<InterfaceChoice> choose_interface(const Endpoint& group, const std::string& wanted) {
    if (!group.is_multicast()) {
        return fail(ErrorCode::usage, group.address_string() + " is not a multicast group");
    }
    auto all = interfaces();
    if (!all) return std::unexpected(all.error());
    return choose_interface_from(*all, route_source(group), group, wanted);
}

Result<InterfaceChoice> choose_interface_from(std::span<const Interface> all,
                                              const Endpoint& route_source, const Endpoint& group,
                                              const std::string& wanted) {
    if (!wanted.empty()) return choose_named(all, group, wanted);
    if (const Interface* one = routed(all, route_source, group)) {
        InterfaceChoice choice{*one, "the route to the group"};
        if (!route_source.empty()) prefer(choice.interface, route_source);
        return choice;
    }
    std::vector<const Interface*> candidates;
    const Interface* loopback = nullptr;
    for (const Interface& one : all) {
        if (!obstacle(one, group).empty()) continue;
        if (one.loopback) {
            loopback = &one;
        } else if (one.carrier) {
            candidates.push_back(&one);
        }
    }
    if (candidates.size() == 1) {
        return InterfaceChoice{*candidates.front(), "the only one that carries multicast"};
    }
    if (loopback == nullptr) {
        return fail(ErrorCode::no_interface, "no interface can be chosen for " +
                                                 group.address_string() + "; " + list(all, group));
    }
    if (candidates.empty()) return InterfaceChoice{*loopback, "no other interface is usable"};
    std::string names;
    for (const Interface* one : candidates) names += (names.empty() ? "" : ", ") + one->name;
    return InterfaceChoice{*loopback, "no route to the group; --interface could name " + names};
}

}  // namespace mcast::net
