// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mcast::net {

/// One network interface as it was when it was asked for; a snapshot that never changes by itself.
struct Interface {
    /// An IPv6 address that cannot be spoken from: duplicate address detection (RFC 4862 section
    /// 5.4) is still at work, or has found another machine that has it.
    struct Unready {
        Endpoint address;
        bool duplicate = false;
    };
    /// "eth0:1", a name that an IPv4 address was given.
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
    /// Port 0; the first of a family is the one that is used. As listed: routable ones, then
    /// link-local IPv6; deprecated ones last.
    std::vector<Endpoint> addresses = {};
    std::vector<Unready> unready = {};
    std::vector<Label> labels = {};
    std::vector<std::string> altnames = {};  ///< further names of the interface itself
    std::string hardware = {};               ///< "02:fc:00:00:00:01"; "" if it has no such address
    bool port = false;                       ///< of a bridge or a bond, which speaks in its place

    /// The address to speak from. Empty if there is none of that family.
    [[nodiscard]] Endpoint address(bool ipv6) const;
    /// Can be taken for multicast without being named. Loopback often lacks the flag MULTICAST and
    /// carries it all the same; a device with an Ethernet address of zeros (the kernel's gretap0)
    /// cannot be brought up at all.
    [[nodiscard]] bool carries_multicast() const;
};

/// All interfaces of this network namespace, by index. Error: network.
[[nodiscard]] Result<std::vector<Interface>> interfaces();

/// The largest UDP payload that goes through `interface` unfragmented: its MTU less the IP and UDP
/// headers (28 or 48 bytes), counting no MTU above 9000. Loopback's 65536 would make a batch of
/// one packet: with the cap a segmentation-offload send, 65507 bytes at most, holds seven or more.
[[nodiscard]] std::size_t datagram_capacity(const Interface& interface, bool ipv6);

}  // namespace mcast::net
