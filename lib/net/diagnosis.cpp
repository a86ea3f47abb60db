// SPDX-License-Identifier: MIT
#include "net/diagnosis.hpp"

#include <algorithm>
#include <fstream>

namespace mcast::net {
namespace {

int read_number(const std::string& path) {
    int value = 0;
    std::ifstream(path) >> value;
    return value;
}

// The stricter of the interface's and the global setting holds, 2 being the loose one.
bool strict_reverse_path(const Interface& interface, const Endpoint& group) {
    if (group.is_v6()) return false;
    const std::string conf = "/proc/sys/net/ipv4/conf/";
    return std::max(read_number(conf + "all/rp_filter"),
                    read_number(conf + interface.name + "/rp_filter")) == 1;
}

std::string kib(std::size_t bytes) {
    const std::size_t k = bytes >> 10;
    return k % 1024 == 0 && k > 0 ? std::to_string(k / 1024) + " MiB" : std::to_string(k) + " KiB";
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

void look_at_interface(const NetworkFacts& facts, std::vector<std::string>& findings) {
    const std::string& name = facts.interface.name;
    if (!facts.interface_exists) {
        findings.push_back("interface " + name + " is gone");
    } else if (!facts.interface.up) {
        findings.push_back("interface " + name + " is down: ip link set " + name + " up");
    } else if (!facts.interface.carrier && !facts.interface.loopback) {
        findings.push_back("interface " + name + " has no carrier: look at the cable or the link");
    } else if (!facts.interface.carries_multicast()) {
        findings.push_back("interface " + name + " does not carry multicast");
    }
}

std::string firewall_text(const NetworkFacts& facts) {
    const std::string group = "UDP port " + std::to_string(facts.port);
    if (!facts.feedback_port) return "a firewall on this machine must let " + group + " in";
    return "a firewall on this machine must let UDP port " + std::to_string(*facts.feedback_port) +
           " in, for the answers, and one at the receivers " + group;
}

void look_at_silence(const NetworkFacts& facts, std::vector<std::string>& findings) {
    const std::string& name = facts.interface.name;
    if (facts.feedback_port && !facts.heard_self) {
        findings.push_back("what this machine sends to " + facts.group +
                           " does not come back to it: a firewall here may drop it "
                           "(nft list ruleset)");
    }
    if (facts.interface.loopback) {
        findings.push_back("only this machine can be heard on " + name +
                           ": --interface names another");
        return;
    }
    if (facts.heard_others) {
        findings.push_back("others are heard on " + facts.group + " on " + name +
                           (facts.feedback_port ? ", but no receiver answers"
                                                : ", but no offer that can be taken here"));
        if (facts.feedback_port) findings.push_back(firewall_text(facts));
        return;
    }
    findings.push_back("nothing was heard from others on " + facts.group + " on " + name +
                       ": the other side must use the same group, port and network; " +
                       firewall_text(facts) +
                       "; switches must pass multicast, and where they snoop on " +
                       (facts.ipv6 ? "MLD" : "IGMP") + " the network needs a querier");
    if (!facts.other_interfaces.empty()) {
        findings.push_back("this machine is also connected by " + join(facts.other_interfaces) +
                           ": --interface names another");
    }
    if (facts.strict_reverse_path) {
        findings.push_back("a sender outside the subnets of " + name +
                           " is not heard: sudo sysctl -w net.ipv4.conf." + name + ".rp_filter=2");
    }
}

void look_at_buffers(const NetworkFacts& facts, std::vector<std::string>& findings) {
    if (facts.receive_buffer.full()) return;
    findings.push_back("the receive buffer is " + kib(facts.receive_buffer.granted) + " of the " +
                       kib(facts.receive_buffer.asked) +
                       " asked for: sudo sysctl -w net.core.rmem_max=" +
                       std::to_string(facts.receive_buffer.asked));
}

}  // namespace

NetworkFacts inspect(const Interface& interface, const Endpoint& group,
                     const BufferGrant& receive_buffer) {
    NetworkFacts facts;
    facts.group = group.to_string();
    facts.port = group.port();
    facts.ipv6 = group.is_v6();
    facts.interface = interface;
    facts.receive_buffer = receive_buffer;
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

std::vector<std::string> diagnose(const NetworkFacts& facts) {
    std::vector<std::string> findings;
    look_at_interface(facts, findings);
    if (findings.empty() && !facts.answered) look_at_silence(facts, findings);
    look_at_buffers(facts, findings);
    if (facts.drops > 0) {
        findings.push_back("this machine had no room for what arrived " +
                           std::to_string(facts.drops) + " times: it is too slow for the rate");
    }
    return findings;
}

}  // namespace mcast::net
