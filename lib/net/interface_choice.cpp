// SPDX-License-Identifier: MIT
#include "net/interface_choice.hpp"

#include <algorithm>
#include <vector>

#include "net/interface_name.hpp"

namespace mcast::net {
namespace {

// A machine with containers has hundreds of interfaces, too many for a sentence.
constexpr std::size_t kMostListed = 6;

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < std::min(parts.size(), kMostListed); ++i) {
        text += (i == 0 ? "" : ", ") + parts[i];
    }
    const std::size_t more = parts.size() - std::min(parts.size(), kMostListed);
    return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string unready_text(const Interface::Unready& unready) {
    const std::string address = unready.address.address_string();
    return unready.duplicate
               ? "has the address " + address + ", which another machine has already (dadfailed)"
               : "has the address " + address +
                     ", which is tentative: it is being asked whether "
                     "another machine has it";
}

// The reason why `interface` cannot be used for the group at this moment; "" if it can.
std::string hindrance(const Interface& interface, const Endpoint& group) {
    if (!interface.up) return "is down";
    if (!interface.address(group.is_v6()).empty()) return {};
    if (group.is_v6() && !interface.unready.empty()) return unready_text(interface.unready.front());
    return std::string("has no ") + (group.is_v6() ? "IPv6" : "IPv4") + " address";
}

bool is_network(const Interface& one) {
    return !one.loopback && one.carries_multicast();
}

// For each interface that could carry the group, the reason why it cannot now.
std::vector<std::string> hindrances(std::span<const Interface> all, const Endpoint& group) {
    std::vector<std::string> texts;
    for (const Interface& one : all) {
        if (!is_network(one)) continue;
        std::string text = hindrance(one, group);
        if (one.up && !one.carrier) text = "has no carrier";
        if (!text.empty()) texts.push_back(one.name + " " + text);
    }
    return texts;
}

std::string list(std::span<const Interface> all, const Endpoint& group) {
    std::vector<std::string> texts;
    for (const Interface& one : all) {
        const std::string trouble = hindrance(one, group);
        texts.push_back(one.name + (trouble.empty()
                                        ? " " + one.address(group.is_v6()).address_string()
                                        : " (" + trouble + ")"));
    }
    return texts.empty() ? "there are no interfaces" : "there are: " + join(texts);
}

InterfaceDecision take(const Interface& interface, std::string reason) {
    return {.choice = InterfaceChoice{interface, std::move(reason)}, .awaited = {}};
}

InterfaceDecision await(std::string what) {
    return {.choice = {}, .awaited = std::move(what)};
}

// Puts `address` first, so that packets are sent from it.
void prefer(Interface& interface, const Endpoint& address) {
    auto& all = interface.addresses;
    const auto found =
        std::ranges::find_if(all, [&](const Endpoint& own) { return is_address(own, address); });
    if (found != all.end()) std::rotate(all.begin(), found, found + 1);
}

std::unexpected<Error> unknown(std::span<const Interface> all, const Endpoint& group,
                               const std::string& word) {
    return fail(ErrorCode::no_interface,
                "there is no interface '" + word + "'; " + list(all, group));
}

// A name that does not exist is a typing error. An address may still be given to an interface.
Result<InterfaceDecision> decide_absent(std::span<const Interface> all, const Endpoint& group,
                                        const std::string& word) {
    const Endpoint address = address_in(word);
    if (address.empty() || address.is_multicast()) return unknown(all, group, word);
    const auto texts = hindrances(all, address);
    if (texts.empty()) return unknown(all, group, word);
    return await("no interface has the address " + address.address_string() + ", and " +
                 join(texts));
}

Result<InterfaceDecision> decide_named(std::span<const Interface> all, const Endpoint& group,
                                       const std::string& word, const std::string& reason) {
    const NamedInterface named = find_interface(all, word);
    if (named.interface == nullptr) return decide_absent(all, group, word);
    const Interface& one = *named.interface;
    for (const auto& unready : one.unready) {
        if (one.up && !named.address.empty() && is_address(unready.address, named.address)) {
            return await("interface " + one.name + " " + unready_text(unready));
        }
    }
    if (const std::string trouble = hindrance(one, group); !trouble.empty()) {
        return await("interface " + one.name + " " + trouble);
    }
    auto decision = take(one, reason);
    prefer(decision.choice->interface, named.address);
    return decision;
}

Result<InterfaceDecision> decide_wished(std::span<const Interface> all, const Endpoint& group,
                                        const InterfaceWish& wish) {
    if (wish.zone.empty()) return decide_named(all, group, wish.interface, "named by --interface");
    const Interface* zone = find_interface(all, wish.zone).interface;
    if (zone == nullptr) return unknown(all, group, wish.zone);
    if (wish.interface.empty()) return decide_named(all, group, wish.zone, "named by the group");
    const Interface* other = find_interface(all, wish.interface).interface;
    if (other != nullptr && other != zone) {
        return fail(ErrorCode::usage, "the group is that of interface " + zone->name + " (%" +
                                          wish.zone + "), and --interface names " + other->name +
                                          ": leave one of the two out");
    }
    return decide_named(all, group, wish.interface, "named by --interface");
}

std::optional<InterfaceDecision> decide_routed(std::span<const Interface> all, const Route& route,
                                               const Endpoint& group) {
    const auto found = std::ranges::find(all, route.interface_index, &Interface::index);
    if (found == all.end() || !found->carries_multicast()) return {};
    if (const std::string trouble = hindrance(*found, group); !trouble.empty()) {
        // In IPv6 every interface has a route for multicast, so a route says nothing.
        if (group.is_v6()) return {};
        return await("the route to " + group.address_string() + " leads to interface " +
                     found->name + ", which " + trouble);
    }
    auto decision = take(*found, "the route to the group");
    prefer(decision.choice->interface, route.source);
    return decision;
}

// No other machine can ever be reached.
Result<InterfaceDecision> decide_loopback(std::span<const Interface> all, const Endpoint& group) {
    std::vector<std::string> others;
    for (const Interface& one : all) {
        if (!one.loopback && hindrance(one, group).empty()) others.push_back(one.name);
    }
    const auto loopback = std::ranges::find_if(
        all, [&](const Interface& one) { return one.loopback && hindrance(one, group).empty(); });
    if (loopback == all.end()) {
        return fail(ErrorCode::no_interface, "no interface can be chosen for " +
                                                 group.address_string() + "; " + list(all, group));
    }
    return take(*loopback, others.empty() ? "no other interface could carry multicast"
                                          : "no other interface is marked as one for multicast; "
                                            "--interface could name " +
                                                join(others));
}

Result<InterfaceDecision> decide_unnamed(std::span<const Interface> all, const Route& route,
                                         const Endpoint& group) {
    if (auto routed = decide_routed(all, route, group)) return std::move(*routed);
    std::vector<const Interface*> usable;
    std::vector<std::string> names;
    for (const Interface& one : all) {
        if (!is_network(one) || !one.carrier || !hindrance(one, group).empty()) continue;
        usable.push_back(&one);
        names.push_back(one.name);
    }
    if (usable.size() == 1) {
        return take(*usable.front(), "the only one that carries multicast");
    }
    if (usable.size() > 1) {
        return await("there is no route to " + group.address_string() +
                     ", and --interface could name " + join(names));
    }
    const auto texts = hindrances(all, group);
    if (!texts.empty()) return await(join(texts));
    return decide_loopback(all, group);
}

}  // namespace

Result<InterfaceDecision> choose_interface_from(std::span<const Interface> all, const Route& route,
                                                const Endpoint& group, const InterfaceWish& wish) {
    if (!wish.interface.empty() || !wish.zone.empty()) return decide_wished(all, group, wish);
    return decide_unnamed(all, route, group);
}

Result<InterfaceDecision> choose_interface(const Endpoint& group, const InterfaceWish& wish) {
    if (!group.is_multicast()) {
        return fail(ErrorCode::usage, group.address_string() + " is not a multicast group");
    }
    const auto all = interfaces();
    if (!all) return std::unexpected(all.error());
    auto decision = choose_interface_from(*all, route_to(group), group, wish);
    if (decision && decision->choice) {
        const auto route = route_to(group, decision->choice->interface.index);
        decision->choice->past_gateway = !route.gateway.empty();
        if (!route.gateway.empty()) {
            decision->choice->reason += ", past its gateway " + route.gateway.address_string();
        }
    }
    return decision;
}

}  // namespace mcast::net
