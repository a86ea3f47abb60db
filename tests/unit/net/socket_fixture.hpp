// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/udp_socket.hpp"

/// A failure bound, never waited for: what does come is there at once, but for how slow a machine
/// may be.
inline constexpr int kPatienceMs = 60000;

/// The loopback interface of this namespace.
mcast::net::Interface loopback();
/// The interface of that name; the test fails if there is none.
mcast::net::Interface interface_named(const std::string& name);

/// A group in 239.255.0.0/16 (or ff15::/16) and a port that no other test run uses at this time.
mcast::net::Endpoint fresh_group(bool ipv6 = false);

/// Opens a socket; the test fails if that does.
mcast::net::UdpSocket open_socket(const mcast::net::SocketOptions& options);

/// What is sent: datagrams of header and payload in memory of their own, and the run over them.
class TestRun {
  public:
    /// `count` datagrams of `segment` bytes, the last of `last`; the content depends on the place.
    TestRun(std::size_t count, std::size_t segment, std::size_t last);

    [[nodiscard]] mcast::net::Run run() const;
    [[nodiscard]] std::vector<std::string> datagrams() const;

  private:
    static constexpr std::size_t kHeader = 8;
    std::size_t segment_;
    std::vector<std::uint8_t> memory_;
    std::vector<iovec> pieces_;
};

/// Everything that a socket received so far.
struct Inbox {
    /// Compare them in a second pair of parentheses: nobody wants them printed.
    std::vector<std::string> datagrams;
    std::size_t slots = 0;  ///< fewer than datagrams where the kernel coalesced
    mcast::net::Endpoint from;

    /// Takes from `socket` until `count` datagrams are there, or nothing has come for
    /// kPatienceMs.
    void collect(mcast::net::UdpSocket& socket, std::size_t count);
};

/// Sends the whole run, waiting for room where needed; the test fails on an error.
void send_all(mcast::net::UdpSocket& socket, const mcast::net::Endpoint& to,
              const mcast::net::Run& run);
