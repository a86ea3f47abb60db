// SPDX-License-Identifier: MIT
#include "session/loop/no_peer_findings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mcast::session {
namespace {

using net::NetworkFacts;
using Port = std::optional<std::uint16_t>;

// Empty when the interface can carry what is sent to the group.
std::string interface_trouble(const NetworkFacts& facts) {
    const auto& interface = facts.interface;
    const std::string& name = interface.name;
    if (!facts.interface_exists) return fmt::format("interface {} is gone", name);
    if (!interface.up) return fmt::format("interface {0} is down: ip link set {0} up", name);
    if (!interface.carrier && !interface.loopback)
        return fmt::format("interface {} has no carrier: look at the cable or the link", name);
    if (!interface.carries_multicast())
        return fmt::format("interface {} does not carry multicast", name);
    return {};
}

std::string firewall_text(const NetworkFacts& facts, Port feedback_port) {
    if (!feedback_port)
        return fmt::format("a firewall on this machine must let UDP port {} in", facts.port);
    return fmt::format(
        "a firewall on this machine must let UDP port {} in, for the answers, and one at the "
        "receivers UDP port {}",
        *feedback_port, facts.port);
}

std::string nothing_heard_text(const NetworkFacts& facts, Port feedback_port) {
    return fmt::format(
        "nothing was heard from others on {} on {}: the other side must use the same group, port "
        "and network; {}; switches must pass multicast, and where they snoop on {} the network "
        "needs a querier",
        facts.group, facts.interface.name, firewall_text(facts, feedback_port),
        facts.ipv6 ? "MLD" : "IGMP");
}

}  // namespace

std::vector<std::string> no_peer_findings(const NetworkFacts& facts, HeardWhileWaiting heard,
                                          Port feedback_port) {
    if (auto trouble = interface_trouble(facts); !trouble.empty()) return {std::move(trouble)};
    std::vector<std::string> findings;
    const std::string& name = facts.interface.name;
    if (feedback_port && !heard.self)
        findings.push_back(
            fmt::format("what this machine sends to {} does not come back to it: a firewall here "
                        "may drop it (nft list ruleset)",
                        facts.group));
    if (facts.interface.loopback) {
        findings.push_back(
            fmt::format("only this machine can be heard on {}: --interface names another", name));
        return findings;
    }
    if (heard.others) {
        findings.push_back(
            fmt::format("others are heard on {} on {}, but no {}", facts.group, name,
                        feedback_port ? "receiver answers" : "offer that can be taken here"));
        if (feedback_port) findings.push_back(firewall_text(facts, feedback_port));
        return findings;
    }
    findings.push_back(nothing_heard_text(facts, feedback_port));
    if (!facts.other_interfaces.empty())
        findings.push_back(
            fmt::format("this machine is also connected by {}: --interface names another",
                        fmt::join(facts.other_interfaces, ", ")));
    if (facts.strict_reverse_path)
        findings.push_back(
            fmt::format("a sender outside the subnets of {0} is not heard: sudo "
                        "sysctl -w net.ipv4.conf.{0}.rp_filter=2",
                        name));
    return findings;
}

}  // namespace mcast::session
