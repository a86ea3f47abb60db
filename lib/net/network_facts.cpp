// SPDX-License-Identifier: MIT
#include "net/network_facts.hpp"

#include <algorithm>
#include <fstream>

namespace mcast::net {
namespace {

int read_number(const std::string& path) {
    int value = 0;
    std::ifstream(path) >> value;
    return value;
}

// The kernel takes the larger of the interface's and the global setting: 1 is strict, 2 is loose.
bool strict_reverse_path(const Interface& interface, const Endpoint& group) {
    if (group.is_v6()) return false;
    const std::string conf = "/proc/sys/net/ipv4/conf/";
    return std::max(read_number(conf + "all/rp_filter"),
                    read_number(conf + interface.name + "/rp_filter")) == 1;
}

}  // namespace

NetworkFacts inspect(const Interface& interface, const Endpoint& group) {
    NetworkFacts facts;
    facts.group = group.to_string();
    facts.port = group.port();
    facts.ipv6 = group.is_v6();
    facts.interface = interface;
    facts.strict_reverse_path = strict_reverse_path(interface, group);
    const auto all = interfaces();
    if (!all) return facts;
    facts.interface_exists = false;
    for (const Interface& now : *all) {
        if (now.index == interface.index) {
            facts.interface = now;
            facts.interface_exists = true;
        } else if (now.up && now.carrier && now.multicast && !now.loopback &&
                   !now.address(group.is_v6()).empty()) {
            facts.other_interfaces.push_back(now.name);
        }
    }
    return facts;
}

}  // namespace mcast::net
