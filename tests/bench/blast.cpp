// SPDX-License-Identifier: MIT
//
// Multicasts a file once, without any reliability: what the network of this machine can carry.
//   bench_blast IFADDR GROUP PORT FILE MBITS
// Each segment begins with its number, 8 bytes. 44 of them go in a system call, under UDP_SEGMENT,
// straight from the mapped file. MBITS 0 is as fast as it goes. Three empty datagrams end it.
// Prints a JSON object.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "raw.hpp"

namespace {

using mcast::bench::Clock;

std::span<std::uint8_t> map(const char* path) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about{};
    if (file < 0 || fstat(file, &about) != 0) mcast::bench::die(path);
    const auto size = static_cast<std::size_t>(about.st_size);
    void* at = mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
    if (at == MAP_FAILED) mcast::bench::die("mmap");
    return {static_cast<std::uint8_t*>(at), size};
}

int open_socket(const char* interface, const char* group, std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    in_addr from{};
    inet_aton(interface, &from);
    const int segment = mcast::bench::kSegment;
    const int buffer = mcast::bench::kSocketBuffer;
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof from);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
    if (setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment) != 0)
        mcast::bench::die("UDP_SEGMENT");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    inet_aton(group, &to.sin_addr);
    if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) mcast::bench::die(group);
    return fd;
}

/// Sends the segments from `first` on that fit one system call; the number of bytes of content.
std::size_t send_batch(int fd, std::span<std::uint8_t> content, std::uint64_t first) {
    std::array<std::uint64_t, mcast::bench::kBatch> numbers;
    std::array<iovec, 2 * mcast::bench::kBatch> pieces;
    std::size_t used = 0;
    const std::size_t begin = first * mcast::bench::kContent;
    std::size_t at = begin;
    for (std::size_t i = 0; i < numbers.size() && at < content.size(); ++i) {
        const std::size_t size = std::min(content.size() - at, mcast::bench::kContent);
        numbers[i] = first + i;
        pieces[used++] = {&numbers[i], sizeof numbers[i]};
        pieces[used++] = {content.data() + at, size};
        at += size;
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = used;
    while (sendmsg(fd, &message, 0) < 0) usleep(50);
    return at - begin;
}

void pace(Clock::time_point began, std::size_t sent, double bytes_per_second) {
    if (bytes_per_second <= 0) return;
    const std::chrono::duration<double> due(static_cast<double>(sent) / bytes_per_second);
    const auto ahead = due - (Clock::now() - began);
    // What is shorter than a timer takes is made up for by the next.
    if (ahead > std::chrono::microseconds(60)) std::this_thread::sleep_for(ahead);
}

}  // namespace

int main(int count, char** values) {
    const std::span<char*> arguments(values, static_cast<std::size_t>(count));
    if (count != 6) return std::fputs("usage: see the head of blast.cpp\n", stderr), 2;
    const auto content = map(arguments[4]);
    const int fd = open_socket(arguments[1], arguments[2], mcast::bench::port(arguments[3]));
    const double rate = std::strtod(arguments[5], nullptr) * 1e6 / 8;
    const auto began = Clock::now();
    std::size_t sent = 0;
    for (std::uint64_t next = 0; sent < content.size(); next += mcast::bench::kBatch) {
        sent += send_batch(fd, content, next);
        pace(began, sent, rate);
    }
    const std::chrono::duration<double> wall = Clock::now() - began;
    for (int i = 0; i < 3; ++i) {
        usleep(20'000);
        send(fd, nullptr, 0, 0);
    }
    std::printf("{\"bytes\": %zu, \"wall_s\": %.4f}\n", sent, wall.count());
    return 0;
}
