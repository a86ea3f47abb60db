// SPDX-License-Identifier: MIT
#include "control/server.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <asio.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control/connection.hpp"
#include "control/local_socket.hpp"
#include "control/rpc.hpp"
#include "control/status_json.hpp"

namespace mcast::control {
namespace {

using Protocol = asio::local::stream_protocol;

/// The most events on their way to the server's thread; more mean that it hangs in a handler.
constexpr int kMaxPosted = 256;
/// The pause before the next try if the process has no file descriptor left.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

/// While it lives, signals are blocked in this thread and those that it starts: the program's own
/// threads handle them.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_;
};

/// Lets this thread, which runs seldom and briefly, go before busy ones: a short time slice means
/// an early deadline (EEVDF, Linux 6.12). Older kernels ignore it.
void answer_promptly() {
    struct {  // struct sched_attr, which glibc 2.36 has no declaration of
        std::uint32_t size = 48;
        std::uint32_t policy = 0;  // SCHED_OTHER
        std::uint64_t flags = 0;
        std::int32_t nice = 0;
        std::uint32_t priority = 0;
        std::uint64_t runtime = 100'000;  // ns: the slice
        std::uint64_t deadline = 0;
        std::uint64_t period = 0;
    } attributes;
    static_assert(sizeof attributes == 48);
    attributes.nice = ::getpriority(PRIO_PROCESS, 0);
    (void)::syscall(SYS_sched_setattr, 0, &attributes, 0U);
}

Connection::Line line_of(const Event& event) {
    return std::make_shared<const std::string>(rpc::notification_line(event_line(event)));
}

}  // namespace

class ControlServer::Loop {
  public:
    Loop(std::string path, Handlers handlers, ServerLimits limits)
        : path_(std::move(path)), handlers_(std::move(handlers)), limits_(limits) {}

    Result<void> open();
    void run();
    void stop();
    void publish(const Event& event);

  private:
    void accept();
    void accept_all();
    void pause_accepting();
    void welcome(Protocol::socket socket);
    void subscribe(Connection& connection);
    void deliver(const Event& event);
    void begin_stop();
    void remove_socket();

    const std::string path_;
    const Handlers handlers_;
    const ServerLimits limits_;
    std::atomic<int> subscribers_ = 0;
    std::atomic<int> posted_ = 0;

    asio::io_context io_{1};
    Protocol::acceptor acceptor_{io_};
    asio::steady_timer timer_{io_};
    struct stat identity_{};
    // The members below belong to the server's thread.
    const Connection::Host host_{handlers_, limits_, [this](Connection& c) { subscribe(c); },
                                 [this](const std::shared_ptr<Connection>& c) {
                                     if (c->subscribed()) --subscribers_;
                                     connections_.erase(c);
                                     if (stopping_ && connections_.empty()) io_.stop();
                                 }};
    std::set<std::shared_ptr<Connection>> connections_;
    std::optional<Event> end_;  ///< the `end` event, once it came
    bool stopping_ = false;
    std::thread thread_;
};

Result<void> ControlServer::Loop::open() {
    auto fd = listen_at(path_);
    if (!fd) return std::unexpected(fd.error());
    ::stat(path_.c_str(), &identity_);
    std::error_code error;
    acceptor_.assign(Protocol(), fd->get(), error);
    if (error) {
        remove_socket();
        return fail(ErrorCode::io, "cannot serve " + path_ + ": " + error.message(), error.value());
    }
    (void)fd->release();
    acceptor_.non_blocking(true, error);
    return {};
}

void ControlServer::Loop::run() {
    accept();
    const SignalsBlocked blocked;
    thread_ = std::thread([this] {
        answer_promptly();
        io_.run();
    });
}

void ControlServer::Loop::stop() {
    asio::post(io_, [this] { begin_stop(); });
    if (thread_.joinable()) thread_.join();
    remove_socket();
}

void ControlServer::Loop::begin_stop() {
    stopping_ = true;
    std::error_code ignored;
    acceptor_.close(ignored);
    const auto open = std::vector(connections_.begin(), connections_.end());
    for (const auto& connection : open) connection->finish();
    if (connections_.empty()) return io_.stop();
    timer_.expires_after(limits_.flush);
    timer_.async_wait([this](std::error_code) { io_.stop(); });
}

/// Removes the name only if it is still ours: after `close` an id may belong to another session.
void ControlServer::Loop::remove_socket() {
    struct stat now{};
    if (::stat(path_.c_str(), &now) != 0) return;
    if (now.st_dev == identity_.st_dev && now.st_ino == identity_.st_ino) ::unlink(path_.c_str());
}

void ControlServer::Loop::accept() {
    acceptor_.async_wait(Protocol::acceptor::wait_read, [this](std::error_code error) {
        if (!error && !stopping_) accept_all();
    });
}

void ControlServer::Loop::accept_all() {
    for (std::size_t i = 0; i < limits_.connections; ++i) {
        UniqueFd fd(
            ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd.valid()) {
            const bool none_left = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR;
            return none_left ? accept() : pause_accepting();
        }
        std::error_code error;
        Protocol::socket socket(io_);
        socket.assign(Protocol(), fd.get(), error);
        if (error) continue;
        (void)fd.release();
        welcome(std::move(socket));
    }
    accept();
}

void ControlServer::Loop::pause_accepting() {
    timer_.expires_after(kAcceptPause);
    timer_.async_wait([this](std::error_code error) {
        if (!error && !stopping_) accept();
    });
}

void ControlServer::Loop::welcome(Protocol::socket socket) {
    if (connections_.size() >= limits_.connections) {
        const auto line = rpc::fault_line(
            {nullptr, rpc::kTooManyConnections, "too many connections to this session"});
        (void)::send(socket.native_handle(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return;
    }
    auto connection = std::make_shared<Connection>(std::move(socket), host_);
    connections_.insert(connection);
    connection->start();
}

void ControlServer::Loop::subscribe(Connection& connection) {
    if (end_) {
        connection.send(line_of(*end_));
        return connection.finish();
    }
    // The count comes first: else an event between snapshot and count would be lost.
    ++subscribers_;
    Event now;
    now.kind = Event::Kind::interval;
    now.time = std::chrono::system_clock::now();
    const auto status = std::make_shared<const Status>(handlers_.status());
    now.status = status;
    now.session = status->session;
    connection.set_subscribed(status->elapsed_s);
    connection.send(line_of(now));
}

void ControlServer::Loop::publish(const Event& event) {
    const bool end = event.kind == Event::Kind::end;
    if (!end && (subscribers_ == 0 || posted_ >= kMaxPosted)) return;
    ++posted_;
    asio::post(io_, [this, event] {
        --posted_;
        deliver(event);
    });
}

void ControlServer::Loop::deliver(const Event& event) {
    if (end_) return;
    const bool end = event.kind == Event::Kind::end;
    if (end) end_ = event;
    if (subscribers_ == 0) return;
    const auto line = line_of(event);
    const auto open = std::vector(connections_.begin(), connections_.end());
    for (const auto& connection : open) {
        if (!connection->subscribed()) continue;
        // The event is older than the subscriber's first snapshot.
        const bool stale = event.status && event.status->elapsed_s < connection->subscribed_at_s();
        if (stale && event.kind == Event::Kind::interval) continue;
        connection->send_event(line);
        if (end) connection->finish();
    }
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& directory,
                                                            const std::string& session,
                                                            Handlers handlers,
                                                            ServerLimits limits) {
    const std::string path = socket_path(directory, session);
    // asio and std::thread report a lack of descriptors or threads by exception only.
    try {
        auto loop = std::make_unique<Loop>(path, std::move(handlers), limits);
        if (auto opened = loop->open(); !opened) return std::unexpected(opened.error());
        std::unique_ptr<ControlServer> server(new ControlServer(std::move(loop)));
        server->loop_->run();
        return server;
    } catch (const std::system_error& error) {
        return fail(ErrorCode::io, "cannot serve " + path + ": " + error.what(),
                    error.code().value());
    }
}

ControlServer::ControlServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

ControlServer::~ControlServer() {
    loop_->stop();
}

void ControlServer::publish(const Event& event) {
    loop_->publish(event);
}

}  // namespace mcast::control
