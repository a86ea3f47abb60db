// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mcast::net {

/// A snapshot of a network interface. It does not change with the interface.
struct Interface {
    /// An IPv6 address that cannot be used yet: duplicate address detection (RFC 4862 section 5.4)
    /// is still at work, or has found another machine that has it.
    struct Unready {
        Endpoint address;
        bool duplicate = false;
    };
    /// The name of an IPv4 address: "eth0:1".
    struct Label {
        std::string name;
        Endpoint address;
    };

    std::string name;
    unsigned index = 0;
    int mtu = 0;
    bool up = false;
    bool carrier = false;  ///< a link is there: the cable is in, the other end is up
    bool multicast = false;
    bool loopback = false;
    /// All have port 0. The first of a family is the one that is used. Routable addresses come
    /// first, then link-local IPv6, deprecated ones last.
    std::vector<Endpoint> addresses = {};
    std::vector<Unready> unready = {};
    std::vector<Label> labels = {};
    std::vector<std::string> altnames = {};  ///< further names of the interface itself
    std::string hardware = {};               ///< "02:fc:00:00:00:01"; "" if it has no such address
    bool port = false;  ///< a port of a bridge or a bond, which is used in its place

    /// The address to send from. Empty if there is none of that family.
    [[nodiscard]] Endpoint address(bool ipv6) const;
    /// True if it can be taken for multicast without being named. Loopback carries multicast
    /// although it often lacks the flag MULTICAST. A device whose Ethernet address is all zeros
    /// (the kernel's gretap0) cannot be brought up at all.
    [[nodiscard]] bool carries_multicast() const;
};

/// All interfaces of this network namespace, by index. Error: network.
[[nodiscard]] Result<std::vector<Interface>> interfaces();

/// The largest UDP payload that goes through `interface` unfragmented: its MTU, but at most 9000,
/// less the IP and UDP headers (28 or 48 bytes). With loopback's MTU of 65536 a batch, which has at
/// most 65507 bytes, would hold one packet; with this limit it holds seven or more.
[[nodiscard]] std::size_t datagram_capacity(const Interface& interface, bool ipv6);

}  // namespace mcast::net
