// SPDX-License-Identifier: MIT
//
// Counts what blast multicasts, or writes it to a file, each run of segments at its place; no
// reliability.
//   bench_sink IFADDR GROUP PORT [FILE]
// Ends with the first empty datagram, or two seconds after the last one. Prints a JSON object.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "raw.hpp"

namespace {

using mcast::bench::Clock;
using mcast::bench::kSegment;

constexpr std::size_t kBuffer = 65536;
constexpr std::size_t kBuffers = 32;

struct Totals {
    std::size_t bytes = 0;
    Clock::time_point first{};
    Clock::time_point last{};
    bool ended = false;
};

int open_socket(const char* interface, const char* group, std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    const int buffer = mcast::bench::kSocketBuffer;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    if (setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on) != 0) mcast::bench::die("UDP_GRO");
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    ip_mreq join{};
    inet_aton(group, &at.sin_addr);
    inet_aton(group, &join.imr_multiaddr);
    inet_aton(interface, &join.imr_interface);
    if (bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
        setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join) != 0) {
        mcast::bench::die(group);
    }
    return fd;
}

/// Writes the segments of one buffer, consecutive ones in one call.
void keep(int file, std::span<std::uint8_t> buffer) {
    std::array<iovec, kBuffer / kSegment + 1> run;
    std::size_t length = 0;
    std::uint64_t first = 0;
    const auto write_run = [&] {
        const auto at = static_cast<off_t>(first * mcast::bench::kContent);
        if (length > 0 && pwritev(file, run.data(), static_cast<int>(length), at) < 0)
            mcast::bench::die("pwritev");
        length = 0;
    };
    while (buffer.size() > mcast::bench::kNumber) {
        const auto segment = buffer.first(std::min<std::size_t>(buffer.size(), kSegment));
        std::uint64_t number = 0;
        std::memcpy(&number, segment.data(), sizeof number);
        if (number != first + length) write_run();
        if (length == 0) first = number;
        const auto content = segment.subspan(mcast::bench::kNumber);
        run[length++] = {content.data(), content.size()};
        buffer = buffer.subspan(segment.size());
    }
    write_run();
}

void take(std::span<std::uint8_t> buffer, int file, Totals& totals) {
    if (buffer.empty()) {
        totals.ended = true;
        return;
    }
    const std::size_t segments = (buffer.size() + kSegment - 1) / kSegment;
    totals.bytes += buffer.size() - segments * mcast::bench::kNumber;
    if (file >= 0) keep(file, buffer);
}

/// One receive call's worth; false: nothing was there.
bool receive(int fd, int file, std::span<std::uint8_t> memory, Totals& totals) {
    std::array<mmsghdr, kBuffers> messages{};
    std::array<iovec, kBuffers> pieces;
    for (std::size_t i = 0; i < kBuffers; ++i) {
        pieces[i] = {memory.data() + i * kBuffer, kBuffer};
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int received = recvmmsg(fd, messages.data(), kBuffers, MSG_DONTWAIT, nullptr);
    if (received <= 0) return false;
    if (totals.bytes == 0) totals.first = Clock::now();
    for (std::size_t i = 0; i < static_cast<std::size_t>(received); ++i)
        take(memory.subspan(i * kBuffer, messages[i].msg_len), file, totals);
    if (!totals.ended) totals.last = Clock::now();
    return true;
}

}  // namespace

int main(int count, char** values) {
    const std::span<char*> arguments(values, static_cast<std::size_t>(count));
    if (count < 4 || count > 5) return std::fputs("usage: see the head of sink.cpp\n", stderr), 2;
    const int fd = open_socket(arguments[1], arguments[2], mcast::bench::port(arguments[3]));
    int file = -1;
    if (count == 5) {
        file = open(arguments[4], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (file < 0) mcast::bench::die(arguments[4]);
    }
    std::vector<std::uint8_t> memory(kBuffers * kBuffer);
    Totals totals;
    while (!totals.ended) {
        pollfd ready{fd, POLLIN, 0};
        const int events = poll(&ready, 1, 2000);
        if (events < 0 || (events == 0 && totals.bytes > 0)) break;
        if (events > 0) (void)receive(fd, file, memory, totals);
    }
    const std::chrono::duration<double> wall = totals.last - totals.first;
    std::printf("{\"bytes\": %zu, \"wall_s\": %.4f}\n", totals.bytes, wall.count());
    return 0;
}
