// SPDX-License-Identifier: MIT
#include "control/client.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include "control/local_socket.hpp"

namespace mcast::control {
namespace {

/// The pause between attempts, as the kernel does not tell when a full backlog has room again.
constexpr auto kConnectPause = std::chrono::milliseconds(10);
constexpr std::chrono::milliseconds kLongestPoll = std::chrono::hours(1);
constexpr std::size_t kReadSize = 64 * 1024;

int poll_time(Client::Deadline deadline) {
    const auto now = Client::Clock::now();
    if (deadline <= now) return 0;
    if (deadline - now >= kLongestPoll) return static_cast<int>(kLongestPoll.count());
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count());
}

}  // namespace

Client::Client(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

Result<Client> Client::connect(const std::string& path, Deadline deadline) {
    const auto address = local_address(path);
    if (!address) return std::unexpected(address.error());
    auto fd = open_local_socket();
    if (!fd) return std::unexpected(fd.error());
    for (;;) {
        if (::connect(fd->get(), as_sockaddr(*address), sizeof *address) == 0) {
            return Client(*std::move(fd), path);
        }
        if (errno != EAGAIN && errno != EINTR) return fail_errno("cannot connect to " + path);
        if (Clock::now() >= deadline) {
            return fail(ErrorCode::timed_out, path + " takes no connection", EAGAIN);
        }
        std::this_thread::sleep_for(kConnectPause);
    }
}

Result<void> Client::wait_until(short events, Deadline deadline) {
    for (;;) {
        pollfd one{fd_.get(), events, 0};
        const int ready = ::poll(&one, 1, poll_time(deadline));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return fail_errno("cannot wait for " + path_);
        if (Clock::now() >= deadline) {
            return fail(ErrorCode::timed_out, path_ + " does not answer");
        }
    }
}

Result<void> Client::send(std::string_view line, Deadline deadline) {
    while (!line.empty()) {
        const ssize_t sent =
            ::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            line.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (auto ready = wait_until(POLLOUT, deadline); !ready) return ready;
        } else if (errno != EINTR) {
            return fail_errno("cannot write to " + path_);
        }
    }
    return {};
}

Result<rpc::Reply> Client::receive(Deadline deadline) {
    std::array<char, kReadSize> input;
    for (;;) {
        if (const auto line = framer_.next()) return rpc::parse_reply(*line);
        if (framer_.overflowed()) return fail(ErrorCode::protocol, path_ + " talks without end");
        if (auto ready = wait_until(POLLIN, deadline); !ready) {
            return std::unexpected(ready.error());
        }
        const ssize_t got = ::recv(fd_.get(), input.data(), input.size(), MSG_DONTWAIT);
        if (got == 0) return fail(ErrorCode::io, path_ + " was closed", ECONNRESET);
        if (got > 0) framer_.push({input.data(), static_cast<std::size_t>(got)});
        if (got < 0 && errno != EAGAIN && errno != EINTR) {
            return fail_errno("cannot read from " + path_);
        }
    }
}

Result<Json> Client::call(rpc::Method method, Json params, Deadline deadline) {
    const auto request = rpc::request_line(1, method, std::move(params));
    if (auto sent = send(request, deadline); !sent) return std::unexpected(sent.error());
    for (;;) {
        auto reply = receive(deadline);
        if (!reply) return std::unexpected(reply.error());
        if (!reply->is_event) return std::move(reply->value);
    }
}

}  // namespace mcast::control
