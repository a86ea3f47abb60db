// SPDX-License-Identifier: MIT
#include "storage/command_outlet.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

namespace mcast::storage {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kLook(50);      // at what the command has yet to read: no event tells that
constexpr milliseconds kEnding(1000);  // for a command that has closed its input to end as well

std::unexpected<Error> failed(std::string_view how) {
    return fail(ErrorCode::exec_failed, fmt::format("the command {}", how));
}

/// Another reader, which keeps what the command leaves unread. Where /proc is missing there is
/// none.
UniqueFd second_reader(int pipe) {
    const auto path = fmt::format("/proc/self/fd/{}", pipe);
    return UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

ByteCount bytes_in(const UniqueFd& pipe) {
    int bytes = 0;
    if (!pipe.valid() || ::ioctl(pipe.get(), FIONREAD, &bytes) != 0) return 0;
    return static_cast<ByteCount>(bytes);
}

}  // namespace

Result<std::unique_ptr<CommandOutlet>> CommandOutlet::create(Consumer consumer) {
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.valid()) return fail_errno("cannot make an event descriptor");
    return std::unique_ptr<CommandOutlet>(new CommandOutlet(std::move(consumer), std::move(wake)));
}

Result<void> CommandOutlet::start() {
    if (child_) return {};
    auto child =
        ChildProcess::start(consumer_.command, ChildProcess::Role::consumer, consumer_.facts);
    if (!child) return std::unexpected(std::move(child.error()));
    auto input = DescriptorOutlet::create((*child)->pipe(), name(), consumer_.patience);
    if (!input) return std::unexpected(std::move(input.error()));
    child_ = std::move(*child);
    const std::scoped_lock lock(mutex_);
    input_ = std::move(*input);
    if (interrupted_) input_->interrupt();
    return {};
}

Result<std::size_t> CommandOutlet::write_some(Bytes content) {
    if (auto started = start(); !started) return std::unexpected(std::move(started.error()));
    auto written = input_->write_some(content);
    if (!written && written.error().system == EPIPE) return stopped_reading();
    return written;
}

std::unexpected<Error> CommandOutlet::stopped_reading() {
    const auto ending = child_->wait(wake_.get(), kEnding);
    if (!ending) return std::unexpected(ending.error());
    if (!*ending) return failed("closed its input before it had read everything, and goes on");
    if ((*ending)->good()) return failed("ended before it had read everything");
    return failed((*ending)->text());
}

Result<std::string> CommandOutlet::finish(ByteCount /*size*/) {
    if (auto started = start(); !started) return std::unexpected(std::move(started.error()));
    const UniqueFd pipe = second_reader(child_->pipe());
    close_pipe();
    const auto ending = wait_end(pipe);
    if (!ending) return std::unexpected(ending.error());
    if (!ending->good()) return failed(ending->text());
    if (bytes_in(pipe) > 0) return failed("ended before it had read everything");
    return std::string();
}

void CommandOutlet::close_pipe() {
    {
        const std::scoped_lock lock(mutex_);
        input_.reset();
    }
    child_->close_pipe();
}

Result<ProcessEnding> CommandOutlet::wait_end(const UniqueFd& pipe) {
    auto moved = Clock::now();
    while (true) {
        const ByteCount left = bytes_in(pipe);
        if (unread_.exchange(left) != left) moved = Clock::now();
        at_work_ = left == 0;
        auto ending = child_->wait(wake_.get(), left > 0 ? kLook : ChildProcess::kForEver);
        if (!ending) return std::unexpected(std::move(ending.error()));
        if (*ending) return std::move(**ending);
        if (Clock::now() - moved > consumer_.patience)
            return fail(
                ErrorCode::timed_out,
                fmt::format("the command stands still: it does not read the last {} bytes", left));
    }
}

void CommandOutlet::abandon() {
    if (child_) child_->end();
}

void CommandOutlet::interrupt() {
    // It cannot fail: the counter of an eventfd has room for 2^64 - 2 of these.
    [[maybe_unused]] const int done = ::eventfd_write(wake_.get(), 1);
    const std::scoped_lock lock(mutex_);
    interrupted_ = true;
    if (input_) input_->interrupt();
}

}  // namespace mcast::storage
