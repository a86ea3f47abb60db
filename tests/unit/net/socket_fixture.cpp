// SPDX-License-Identifier: MIT
#include "socket_fixture.hpp"

#include <algorithm>
#include <random>

#include <poll.h>

#include "support/catch.hpp"

using namespace mcast::net;

Interface interface_named(const std::string& name) {
    const auto all = interfaces();
    REQUIRE(all);
    const auto found = std::ranges::find(*all, name, &Interface::name);
    INFO("interface " << name);
    REQUIRE(found != all->end());
    return *found;
}

Interface loopback() {
    return interface_named("lo");
}

Endpoint fresh_group(bool ipv6) {
    std::random_device device;
    const auto random = device();
    const auto port = static_cast<std::uint16_t>(20000 + device() % 10000);
    const std::string tail = std::to_string(random >> 8 & 255);
    const std::string text = ipv6 ? "ff15::" + tail + ":" + std::to_string(1 + (random & 127))
                                  : "239.255." + tail + "." + std::to_string(1 + (random & 127));
    const auto group = Endpoint::parse(text, port);
    REQUIRE(group);
    return *group;
}

UdpSocket open_socket(const SocketOptions& options) {
    auto socket = UdpSocket::open(options);
    INFO((socket ? "" : socket.error().message));
    REQUIRE(socket);
    return std::move(*socket);
}

TestRun::TestRun(std::size_t count, std::size_t segment, std::size_t last)
    : segment_(segment), memory_((count - 1) * segment + last) {
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        memory_[i] = static_cast<std::uint8_t>(i % 251 + i / segment);
    }
    for (std::size_t i = 0; i < count; ++i) {
        std::uint8_t* at = memory_.data() + i * segment;
        const std::size_t size = i + 1 == count ? last : segment;
        pieces_.push_back({at, std::min(size, kHeader)});
        pieces_.push_back({at + std::min(size, kHeader), size - std::min(size, kHeader)});
    }
}

Run TestRun::run() const {
    return {.pieces = pieces_,
            .segment = segment_,
            .count = pieces_.size() / 2,
            .pieces_per_datagram = 2};
}

std::vector<std::string> TestRun::datagrams() const {
    std::vector<std::string> result;
    for (std::size_t at = 0; at < memory_.size(); at += segment_) {
        const std::size_t size = std::min(segment_, memory_.size() - at);
        result.emplace_back(memory_.begin() + static_cast<std::ptrdiff_t>(at),
                            memory_.begin() + static_cast<std::ptrdiff_t>(at + size));
    }
    return result;
}

void Inbox::collect(UdpSocket& socket, std::size_t count) {
    std::vector<std::uint8_t> memory(8 * kSlotBytes);
    std::vector<ReceiveSlot> room(8);
    for (std::size_t i = 0; i < room.size(); ++i) {
        room[i].buffer = std::span(memory).subspan(i * kSlotBytes, kSlotBytes);
    }
    while (datagrams.size() < count) {
        pollfd waiting{socket.fd(), POLLIN, 0};
        if (poll(&waiting, 1, kPatienceMs) <= 0) return;
        const auto got = socket.receive(room);
        REQUIRE(got);
        for (const ReceiveSlot& slot : std::span(room).first(*got)) {
            ++slots;
            from = slot.from;
            for (std::size_t at = 0; at < slot.length; at += slot.segment) {
                const auto one = slot.buffer.subspan(at, std::min(slot.segment, slot.length - at));
                datagrams.emplace_back(one.begin(), one.end());
            }
        }
    }
}

void send_all(UdpSocket& socket, const Endpoint& to, const Run& run) {
    for (std::size_t done = 0; done < run.count;) {
        const auto sent = socket.send(to, run.after(done));
        INFO((sent ? "" : sent.error().message));
        REQUIRE(sent);
        done += sent->datagrams;
        if (!sent->blocked) continue;
        pollfd waiting{socket.fd(), POLLOUT, 0};
        REQUIRE(poll(&waiting, 1, kPatienceMs) > 0);
    }
}
