// SPDX-License-Identifier: MIT
#include "os/last_words.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <string_view>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/unicode.hpp"

namespace mcast {
namespace {

constexpr std::size_t kTail = 2048;  // bytes that are kept, with room for two long lines
constexpr std::size_t kMostText = 200;

/// The last line of the text, which is cut off there. A program that counts its progress goes back
/// to the start of its line instead.
std::string_view take_last_line(std::string_view& text) {
    const auto end = text.find_last_not_of("\r\n \t");
    text = text.substr(0, end == text.npos ? 0 : end + 1);
    const auto start = text.find_last_of("\r\n") + 1;  // npos + 1 is 0
    const auto line = text.substr(start);
    text = text.substr(0, start);
    return line;
}

std::string visible(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const Character next = first_character(text);
        const bool shown = next.valid && !is_unseen(next.code);
        if (result.size() + next.bytes.size() > kMostText) break;
        result += shown ? next.bytes : next.code == '\t' ? " " : "?";
        text.remove_prefix(next.bytes.size());
    }
    return result;
}

}  // namespace

LastWords::LastWords(UniqueFd from, UniqueFd wake, int to)
    : from_(std::move(from)), wake_(std::move(wake)), to_(to), thread_([this] { run(); }) {}

LastWords::~LastWords() {
    [[maybe_unused]] const int done = ::eventfd_write(wake_.get(), 1);
    thread_.join();
}

bool LastWords::wait_end(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return end_.wait_for(lock, limit, [this] { return ended_; });
}

std::string LastWords::text() {
    const std::scoped_lock lock(mutex_);
    std::string_view rest = tail_;
    const auto last = take_last_line(rest);
    const auto before = take_last_line(rest);
    if (before.empty()) return visible(last);
    return visible(std::string(before) + "; " + std::string(last));
}

void LastWords::run() {
    // Signals are for the threads of the program, and a reader that has gone is no reason to end.
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    std::array<char, 4096> part{};
    bool passing = to_ >= 0;
    while (wait_ready(from_.get(), POLLIN)) {
        const ssize_t count = ::read(from_.get(), part.data(), part.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        const auto size = static_cast<std::size_t>(count);
        {
            const std::scoped_lock lock(mutex_);
            tail_.append(part.data(), size);
            tail_.erase(0, tail_.size() - std::min(tail_.size(), kTail));
        }
        passing = passing && pass_on(part.data(), size);
    }
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    end_.notify_all();
}

/// False: nobody takes them any more.
bool LastWords::pass_on(const char* words, std::size_t size) const {
    while (size > 0) {
        if (!wait_ready(to_, POLLOUT)) return false;
        const ssize_t count = ::write(to_, words, std::min<std::size_t>(size, PIPE_BUF));
        if (count < 0 && errno != EINTR && errno != EAGAIN) return false;
        const auto written = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
        words += written;
        size -= written;
    }
    return true;
}

/// False once the destructor waits for us.
bool LastWords::wait_ready(int fd, short events) const {
    std::array<pollfd, 2> waits{pollfd{fd, events, 0}, pollfd{wake_.get(), POLLIN, 0}};
    while (::poll(waits.data(), waits.size(), -1) < 0)
        if (errno != EINTR) return false;
    return waits[1].revents == 0;
}

}  // namespace mcast
