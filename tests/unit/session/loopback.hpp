// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include <poll.h>

#include <mcast/options.hpp>

#include "session/loop/batch_reader.hpp"
#include "session/loop/entropy.hpp"
#include "support/catch.hpp"

namespace mcast::test {

/// A group and port on loopback that no other test has.
inline NetworkOptions loopback_network() {
    const auto drawn = session::draw_entropy({});
    REQUIRE(drawn);
    NetworkOptions network;
    network.group = "239.255." + std::to_string(drawn->seed % 255) + "." +
                    std::to_string(1 + drawn->seed / 255 % 254);
    network.port = static_cast<std::uint16_t>(20000 + drawn->transfer % 10000);
    network.interface = "lo";
    return network;
}

inline bool readable(const net::UdpSocket& socket, std::chrono::milliseconds limit) {
    pollfd fd{socket.fd(), POLLIN, 0};
    return ::poll(&fd, 1, static_cast<int>(limit.count())) == 1;
}

inline void send_datagram(net::UdpSocket& socket, const net::Endpoint& to, Bytes datagram) {
    const iovec piece{const_cast<std::uint8_t*>(datagram.data()), datagram.size()};
    const auto sent = socket.send(to, {std::span(&piece, 1), datagram.size(), 1, 1});
    REQUIRE(sent);
    REQUIRE_FALSE(sent->blocked);
}

}  // namespace mcast::test
