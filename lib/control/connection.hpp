// SPDX-License-Identifier: MIT
#pragma once

// One client of a control socket, on the server's thread only. It reads a request, answers it, and
// reads on only while the client reads the answers. ServerLimits bounds everything that it holds or
// waits for. Its pending operations and the server's set keep it alive.

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <asio.hpp>

#include "control/rpc.hpp"
#include "control/server.hpp"

namespace mcast::control {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = asio::local::stream_protocol::socket;
    using Line = std::shared_ptr<const std::string>;

    /// The parts of the server that it needs; they outlive it.
    struct Host {
        const Handlers& handlers;
        const ServerLimits& limits;
        std::function<void(Connection&)> subscribe;
        std::function<void(const std::shared_ptr<Connection>&)> closed;
    };

    Connection(Socket socket, const Host& host);

    void start();
    void send(Line line);
    /// As send, but a client that is too far behind is dropped.
    void send_event(Line line);
    /// Reads no more requests; closes as soon as everything is sent.
    void finish();
    void close();

    /// The client is subscribed from the session's second `elapsed_s` on.
    void set_subscribed(double elapsed_s) { subscribed_at_s_ = elapsed_s; }
    [[nodiscard]] bool subscribed() const { return subscribed_at_s_.has_value(); }
    [[nodiscard]] double subscribed_at_s() const { return subscribed_at_s_.value_or(0); }

  private:
    using Clock = std::chrono::steady_clock;

    void read();
    void on_read(std::error_code error, std::size_t size);
    void on_end_of_input();
    void handle_lines();
    void handle(std::string_view line);
    void write();
    void on_write(std::error_code error, std::size_t size);
    void watch_for_hangup();
    void arm_timer();
    [[nodiscard]] Clock::time_point deadline() const;
    [[nodiscard]] bool may_answer() const;

    Socket socket_;
    asio::steady_timer timer_;
    const Host& host_;
    rpc::LineFramer framer_{rpc::kMaxRequest};
    std::array<char, 4096> input_;
    std::deque<Line> output_;
    std::size_t output_bytes_ = 0;
    std::size_t written_ = 0;  ///< bytes of output_.front()
    std::optional<double> subscribed_at_s_;
    Clock::time_point line_begun_;
    Clock::time_point last_request_;
    Clock::time_point last_write_;
    bool reading_ = false;
    bool writing_ = false;
    bool asked_ = false;        ///< a request came
    bool watching_ = false;     ///< we wait for the client to go away
    bool input_ended_ = false;  ///< the client has shut down its side
    bool finishing_ = false;
    bool closed_ = false;
};

}  // namespace mcast::control
