// SPDX-License-Identifier: MIT
#include "session/send/stream_reader.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "session/loop/batch_scheduling.hpp"

namespace mcast::session {
namespace {

constexpr int kPipeBuffer = 1 << 20;
constexpr std::size_t kMostAtOnce = 1 << 20;

// A larger pipe is faster. Input that is no pipe refuses, and so may the system.
void enlarge(int pipe) {
    ::fcntl(pipe, F_SETPIPE_SZ, kPipeBuffer);
}

}  // namespace

Result<StreamInput> open_standard_input() {
    const int flags = ::fcntl(STDIN_FILENO, F_GETFL);
    if (flags < 0) return fail_errno("cannot read standard input");
    if ((flags & O_ACCMODE) == O_WRONLY)
        return fail(ErrorCode::io, "standard input is not open for reading", EBADF);
    UniqueFd fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!fd.valid()) return fail_errno("cannot read standard input");
    enlarge(fd.get());
    return StreamInput{.name = "standard input", .own = std::move(fd)};
}

Result<StreamInput> start_producer(const std::string& command) {
    auto producer = ChildProcess::start(command, ChildProcess::Role::producer);
    if (!producer) return std::unexpected(std::move(producer.error()));
    enlarge((*producer)->pipe());
    return StreamInput{.name = "the output of the command", .producer = std::move(*producer)};
}

Result<std::unique_ptr<StreamReader>> StreamReader::start(storage::RingSource& ring,
                                                          StreamInput input, Mailbox& mailbox,
                                                          std::function<void(Error)> failed) {
    auto waker = net::Waker::open();
    if (!waker) return std::unexpected(std::move(waker.error()));
    return std::unique_ptr<StreamReader>(
        new StreamReader(ring, std::move(input), mailbox, std::move(failed), std::move(*waker)));
}

StreamReader::StreamReader(storage::RingSource& ring, StreamInput input, Mailbox& mailbox,
                           std::function<void(Error)> failed, net::Waker waker)
    : ring_(ring),
      input_(std::move(input)),
      mailbox_(mailbox),
      failed_(std::move(failed)),
      waker_(std::move(waker)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

StreamReader::~StreamReader() {
    thread_.request_stop();
    waker_.wake();
}

void StreamReader::made_room() {
    if (full_.exchange(false)) waker_.wake();
}

void StreamReader::run(const std::stop_token& stop) {
    become_bulk_thread("mc-input");
    while (!stop.stop_requested()) {
        full_.exchange(true);  // before the look: made_room() comes after a release
        const MutableBytes room = ring_.room();
        if (!room.empty()) full_.store(false);
        if (room.empty() && ring_.available() == ring_.size())
            return fail_with({.code = ErrorCode::unsupported,
                              .message = input_.name + " is longer than a stream can be, " +
                                         std::to_string(ring_.size()) + " bytes"});
        const bool readable = wait(!room.empty());
        if (stop.stop_requested()) return;
        if (readable && read_some(stop, room) == Step::over) return;
    }
}

// Waits until there is input, or room, or the session ends. True: there is input.
bool StreamReader::wait(bool for_input) {
    std::array<pollfd, 2> waits{pollfd{waker_.fd(), POLLIN, 0},
                                pollfd{for_input ? input_.fd() : -1, POLLIN, 0}};
    (void)::poll(waits.data(), waits.size(), -1);
    if (waits[0].revents != 0) waker_.drain();
    return waits[1].revents != 0;
}

StreamReader::Step StreamReader::read_some(const std::stop_token& stop, MutableBytes room) {
    const ssize_t count = ::read(input_.fd(), room.data(), std::min(room.size(), kMostAtOnce));
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return Step::on;
    if (count < 0) {
        fail_with(fail_errno("cannot read " + input_.name).error());
        return Step::over;
    }
    if (count == 0) {
        end(stop);
        return Step::over;
    }
    ring_.filled(static_cast<std::size_t>(count));
    if (wanted_.exchange(false)) mailbox_.wake();
    return Step::on;
}

// The end is told only when it is known to be the one that the producer meant.
void StreamReader::end(const std::stop_token& stop) {
    const auto well = ended_well(stop);
    if (!well) return fail_with(well.error());
    if (!*well) return;
    ring_.end();
    ended_.store(true);
    mailbox_.wake();
}

// False: the session ends before that is known. A command may go on after it has closed its output.
Result<bool> StreamReader::ended_well(const std::stop_token& stop) {
    if (!input_.producer) return true;
    while (!stop.stop_requested()) {
        waker_.drain();
        const auto ending = input_.producer->wait(waker_.fd());
        if (!ending && ending.error().code == ErrorCode::cancelled) continue;
        if (!ending) return std::unexpected(ending.error());
        if (!*ending) continue;
        if ((*ending)->good()) return true;
        return fail(ErrorCode::exec_failed, "the command " + (*ending)->text());
    }
    return false;
}

void StreamReader::fail_with(Error error) {
    mailbox_.post([this, error = std::move(error)] { failed_(error); });
}

}  // namespace mcast::session
