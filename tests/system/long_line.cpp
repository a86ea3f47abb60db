// SPDX-License-Identifier: MIT
// A long line between two network devices, for kernels built without netem: what comes in at one
// leaves the other later. One way of it may have a rate and a queue.
//
//   long_line FROM TO DELAY_MS [BITS_PER_SECOND QUEUE_BYTES]
//
// Frames as they are on the wire, so the hosts at its ends must not leave checksums or segments to
// their devices (ethtool -K DEVICE tx off gso off).
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::size_t kFrame = 2048;
constexpr std::size_t kFrames = 1 << 16;  // on the way at a time, each way
constexpr std::size_t kBatch = 64;

struct Line {
    nanoseconds delay{};
    double bits_per_second = 0;  // 0: any
    double queue = 0;            // bytes
};

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "long_line: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

int open_device(const char* name) {
    const int fd = ::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    if (fd < 0) give_up("socket");
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex(name));
    if (address.sll_ifindex == 0) give_up(name);
    packet_mreq everything{};
    everything.mr_ifindex = address.sll_ifindex;
    everything.mr_type = PACKET_MR_PROMISC;
    const int on = 1;
    const int room = 64 << 20;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    if (::setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0 ||
        ::setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof everything) != 0 ||
        ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        give_up(name);
    return fd;
}

// One way of the line.
class Way {
  public:
    Way(int from, int to, const Line& line) : from_(from), to_(to), line_(line) {}

    [[noreturn]] void run() {
        for (;;) {
            wait();
            take();
            pass();
        }
    }

  private:
    void wait() const {
        const auto left = first_ == end_
                              ? std::chrono::seconds(1)
                              : std::max(leaves_[first_ % kFrames] - Clock::now(), nanoseconds(0));
        const timespec time{.tv_sec = left / std::chrono::seconds(1),
                            .tv_nsec = (left % std::chrono::seconds(1)).count()};
        pollfd input{.fd = from_, .events = POLLIN, .revents = 0};
        ::ppoll(&input, 1, &time, nullptr);
    }

    void take() {
        std::array<mmsghdr, kBatch> batch{};
        std::array<iovec, kBatch> places{};
        const std::size_t room = std::min(kBatch, kFrames - (end_ - first_));
        for (std::size_t i = 0; i < room; ++i) {
            places[i] = {.iov_base = frame(end_ + i), .iov_len = kFrame};
            batch[i].msg_hdr.msg_iov = &places[i];
            batch[i].msg_hdr.msg_iovlen = 1;
        }
        const int count =
            ::recvmmsg(from_, batch.data(), static_cast<unsigned>(room), MSG_DONTWAIT, nullptr);
        const auto now = Clock::now();
        const auto first = end_;
        for (std::size_t i = 0; static_cast<int>(i) < count; ++i)
            enqueue(first + i, batch[i].msg_len, now);
    }

    // Frames that find the queue full are lost: those behind them move up.
    void enqueue(std::size_t at, std::size_t size, Clock::time_point now) {
        free_ = std::max(free_, now);
        if (line_.bits_per_second > 0) {
            const double waits = std::chrono::duration<double>(free_ - now).count();
            if (waits * line_.bits_per_second / 8 > line_.queue) return;
            free_ += nanoseconds(
                static_cast<std::int64_t>(8e9 * static_cast<double>(size) / line_.bits_per_second));
        }
        if (at != end_) std::memcpy(frame(end_), frame(at), size);
        sizes_[end_ % kFrames] = size;
        leaves_[end_ % kFrames] = free_ + line_.delay;
        ++end_;
    }

    void pass() {
        const auto now = Clock::now();
        while (first_ != end_ && leaves_[first_ % kFrames] <= now) {
            std::array<mmsghdr, kBatch> batch{};
            std::array<iovec, kBatch> places{};
            unsigned count = 0;
            for (auto i = first_; i != end_ && count < kBatch && leaves_[i % kFrames] <= now;
                 ++i, ++count) {
                places[count] = {.iov_base = frame(i), .iov_len = sizes_[i % kFrames]};
                batch[count].msg_hdr.msg_iov = &places[count];
                batch[count].msg_hdr.msg_iovlen = 1;
            }
            // What the other side does not take is lost, as it is on a wire.
            const int sent = ::sendmmsg(to_, batch.data(), count, MSG_DONTWAIT);
            first_ += sent > 0 ? static_cast<std::size_t>(sent) : 1;
        }
    }

    [[nodiscard]] std::uint8_t* frame(std::size_t at) { return &frames_[at % kFrames * kFrame]; }

    int from_;
    int to_;
    Line line_;
    Clock::time_point free_;  // when the queue is empty
    std::size_t first_ = 0;   // on the way: [first_, end_)
    std::size_t end_ = 0;
    std::vector<std::uint8_t> frames_ = std::vector<std::uint8_t>(kFrames * kFrame);
    std::vector<std::size_t> sizes_ = std::vector<std::size_t>(kFrames);
    std::vector<Clock::time_point> leaves_ = std::vector<Clock::time_point>(kFrames);
};

double number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value >= 0) return value;
    std::fprintf(stderr, "long_line: '%.*s' is no number\n", static_cast<int>(text.size()),
                 text.data());
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4 && argc != 6) {
        std::fprintf(stderr, "usage: long_line FROM TO DELAY_MS [BITS_PER_SECOND QUEUE_BYTES]\n");
        return 2;
    }
    Line there{.delay = nanoseconds(static_cast<std::int64_t>(1e6 * number(argv[3])))};
    const Line back = there;
    if (argc == 6) {
        there.bits_per_second = number(argv[4]);
        there.queue = number(argv[5]);
    }
    const int from = open_device(argv[1]);
    const int to = open_device(argv[2]);
    std::thread([&] { Way(to, from, back).run(); }).detach();
    Way(from, to, there).run();
}
